#include "platform/vision/ocr.hpp"

#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>

#include <algorithm>
#include <array>

namespace yuanliu::vision {
namespace {

// A code is no word: dictionaries only pull it towards one. Their tables are not even loaded.
constexpr std::array<std::pair<const char*, const char*>, 9> variables{{
    {"debug_file", "/dev/null"},
    {"load_system_dawg", "0"},
    {"load_freq_dawg", "0"},
    {"load_unambig_dawg", "0"},
    {"load_punc_dawg", "0"},
    {"load_number_dawg", "0"},
    {"load_bigram_dawg", "0"},
    {"lstm_choice_mode", "2"},
    {"lstm_choice_iterations", "4"},
}};

constexpr const char* capitals = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr const char* any_code = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~";

bool late_by(void* late, int) { return (*static_cast<const std::function<bool()>*>(late))(); }

}  // namespace

namespace {

// Tesseract tells percents, or nought for every choice where its beam was torn: then their order is all there is.
void even_out(std::vector<double>& shares) {
    double sum = 0, left = 1;
    for (const double share : shares) sum += share;
    for (double& share : shares) {
        share = sum > 1 ? share / std::max(sum, 100.0) : left * 0.75;
        left -= share;
    }
}

Glyph glyph_at(const tesseract::ResultIterator& it) {
    Glyph glyph;
    glyph.after_space = it.IsAtBeginningOf(tesseract::RIL_WORD);
    tesseract::ChoiceIterator choice(it);
    do {
        const char* text = choice.GetUTF8Text();
        if (text == nullptr || text[0] == '\0' || text[1] != '\0') continue;
        glyph.letters += text[0];
        glyph.shares.push_back(choice.Confidence());
    } while (choice.Next());
    even_out(glyph.shares);
    return glyph;
}

}  // namespace

struct Engine::Body {
    tesseract::TessBaseAPI api;
};

Engine::Engine(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Engine::~Engine() = default;

std::unique_ptr<Engine> Engine::load() {
    auto body = std::make_unique<Body>();
    std::vector<std::string> names, values;
    for (const auto& [name, value] : variables) names.emplace_back(name), values.emplace_back(value);
    body->api.SetVariable("debug_file", "/dev/null");  // before Init, which would complain of missing data there
    if (body->api.Init(nullptr, "eng", tesseract::OEM_LSTM_ONLY, nullptr, 0, &names, &values, false) != 0)
        return nullptr;
    body->api.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
    return std::unique_ptr<Engine>(new Engine(std::move(body)));
}

std::optional<Reading> Engine::read(const Picture& line, Alphabet alphabet, const std::function<bool()>& late) {
    auto& api = body_->api;
    api.SetVariable("tessedit_char_whitelist", alphabet == Alphabet::ours ? capitals : any_code);
    api.SetImage(line.light.data(), line.width, line.height, 1, line.width);
    api.SetSourceResolution(300);
    tesseract::ETEXT_DESC monitor;
    monitor.cancel = &late_by;
    monitor.cancel_this = const_cast<std::function<bool()>*>(&late);
    const bool done = api.Recognize(&monitor) == 0 && !late();
    Reading reading;
    if (done) {
        const std::unique_ptr<tesseract::ResultIterator> it(api.GetIterator());
        if (it && !it->Empty(tesseract::RIL_SYMBOL)) {
            do {
                Glyph glyph = glyph_at(*it);
                if (!glyph.letters.empty()) reading.glyphs.push_back(std::move(glyph));
            } while (it->Next(tesseract::RIL_SYMBOL));
        }
    }
    api.Clear();
    return done ? std::optional(std::move(reading)) : std::nullopt;
}

}  // namespace yuanliu::vision
