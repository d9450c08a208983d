#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "platform/sheets/reader.hpp"

namespace yuanliu::sheets {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

// What the letters suggest; empty when they suggest nothing.
std::string guessed_encoding(std::string_view bytes) {
    std::unique_ptr<uchardet, decltype(&uchardet_delete)> detector(uchardet_new(), &uchardet_delete);
    uchardet_handle_data(detector.get(), bytes.data(), std::min<std::size_t>(bytes.size(), 1 << 20));
    uchardet_data_end(detector.get());
    return uchardet_get_charset(detector.get());
}

// The text, or nothing when these bytes are not of that encoding.
std::optional<std::string> converted(std::string_view bytes, const char* encoding) {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<UConverter, decltype(&ucnv_close)> from(ucnv_open(encoding, &status), &ucnv_close);
    std::unique_ptr<UConverter, decltype(&ucnv_close)> to(ucnv_open("UTF-8", &status), &ucnv_close);
    if (U_FAILURE(status)) return {};
    // A byte that stands for nothing means that the guess was wrong.
    ucnv_setToUCallBack(from.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    std::string out;
    out.resize(bytes.size() * 3 + 16);
    char* target = out.data();
    const char* source = bytes.data();
    ucnv_convertEx(to.get(), from.get(), &target, out.data() + out.size(), &source, source + bytes.size(), nullptr,
                   nullptr, nullptr, nullptr, true, true, &status);
    if (U_FAILURE(status)) return {};
    out.resize(std::size_t(target - out.data()));
    return out;
}

// The separator that the beginning of the text has most of, outside of quotes.
char separator_of(std::string_view text) {
    constexpr std::array<char, 3> candidates{',', ';', '\t'};
    std::array<std::size_t, 3> counts{};
    bool quoted = false;
    std::size_t lines = 0;
    for (const char c : text.substr(0, 1 << 16)) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '\n' && ++lines == 10) break;
        for (std::size_t i = 0; i < candidates.size(); ++i) counts[i] += c == candidates[i];
    }
    return candidates[std::size_t(std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

class CsvReader {
 public:
    CsvReader(std::string_view text, const ReadLimits& limits, const OnRow& on_row)
        : text_(text), limits_(limits), on_row_(on_row), separator_(separator_of(text)) {}

    void read() {
        // Excel says the separator in a first line of its own.
        if (text_.starts_with("sep=") && text_.size() > 5 && (text_[5] == '\r' || text_[5] == '\n')) {
            separator_ = text_[4];
            at_ = std::min(text_.find('\n'), text_.size() - 1) + 1;
            number_ = 1;
        }
        while (at_ < text_.size())
            if (!line()) return;
    }

 private:
    // One row; its quoted cells may go over several lines, which count as one row.
    bool line() {
        ++number_;
        Row cells;
        for (;;) {
            auto text = cell();
            if (cells.size() >= limits_.columns && !text.empty())
                throw Error(Fault::too_large, "sheets.too_many_columns", {{"max", std::to_string(limits_.columns)}});
            if (cells.size() < limits_.columns) cells.push_back(Cell::of_text(std::move(text)));
            if (at_ >= text_.size() || text_[at_] != separator_) break;
            ++at_;
        }
        if (at_ < text_.size() && text_[at_] == '\r') ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
        while (!cells.empty() && cells.back().empty()) cells.pop_back();
        if (cells.empty()) return true;
        if (++rows_ > limits_.rows)
            throw Error(Fault::too_large, "sheets.too_many_rows", {{"max", std::to_string(limits_.rows)}});
        return on_row_(number_, cells);
    }

    bool ends_cell(char c) const { return c == separator_ || c == '\n' || c == '\r'; }

    std::string cell() {
        std::string out;
        auto ahead = at_;
        while (ahead < text_.size() && text_[ahead] == ' ') ++ahead;
        const bool quoted = ahead < text_.size() && text_[ahead] == '"';
        if (quoted) {
            at_ = ahead + 1;
            while (at_ < text_.size()) {
                const char c = text_[at_++];
                if (c != '"')
                    out += c;
                else if (at_ < text_.size() && text_[at_] == '"')
                    out += text_[at_++];
                else
                    break;
            }
        }
        // What follows a closing quote belongs to the cell too: nobody means it, but nothing is lost.
        while (at_ < text_.size() && !ends_cell(text_[at_])) out += text_[at_++];
        return std::string(trim(out));
    }

    std::string_view text_;
    const ReadLimits& limits_;
    const OnRow& on_row_;
    char separator_;
    std::size_t at_ = 0, number_ = 0, rows_ = 0;
};

}  // namespace

std::string to_utf8(std::string bytes) {
    if (bytes.starts_with(utf8_mark)) bytes.erase(0, utf8_mark.size());
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        if (auto text = converted(bytes, "UTF-16")) return std::move(*text);
        throw unreadable("sheets.broken");
    }
    if (is_utf8(bytes)) return bytes;
    const auto guess = guessed_encoding(bytes);
    // GB18030 holds GBK and GB2312, whose bytes a detector cannot tell apart by a few names.
    const bool chinese = guess.empty() || guess.starts_with("GB") || guess.starts_with("HZ") || guess == "EUC-TW";
    if (!chinese)
        if (auto text = converted(bytes, guess.c_str())) return std::move(*text);
    if (auto text = converted(bytes, "GB18030")) return std::move(*text);
    if (auto text = converted(bytes, "windows-1252")) return std::move(*text);
    throw unreadable("sheets.broken");
}

void read_csv(std::string_view utf8, const ReadLimits& limits, const OnRow& on_row) {
    CsvReader(utf8, limits, on_row).read();
}

}  // namespace yuanliu::sheets
