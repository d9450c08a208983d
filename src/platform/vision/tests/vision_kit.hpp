// What the tests of this folder share: a mint, labels of ours, and what a photo of them says.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "base/unit_code.hpp"
#include "kit/fake_env.hpp"
#include "photos/photo.hpp"
#include "platform/vision/serials.hpp"
#include "platform/vision/vision.hpp"

namespace yuanliu::vision {

inline const CodeMint& test_mint() {
    static const CodeMint mint("0123456789abcdef0123456789abcdef");
    return mint;
}

// As they are printed for a batch.
inline print::Fields fields_of(const std::string& code) {
    return {{"code", code},         {"url", "https://example.cn/q/" + code},
            {"type", "空气净化器"}, {"model", "YL-KJ500"},
            {"batch", "12"},        {"date", "2026-03-02"}};
}
inline print::LabelLayout layout_of(std::string_view preset) {
    auto layout = print::preset(preset);
    layout.qr_text = "{url}";
    return layout;
}
// Code 128 in place of the QR code.
inline print::LabelLayout bar_layout() {
    auto layout = print::preset("70x50");
    layout.qr_size_mm = 0;
    layout.bar_height_mm = 12;
    return layout;
}
inline photos::Picture scratched(std::string_view preset, const std::string& code, photos::Chance& chance) {
    const auto layout = layout_of(preset);
    auto label = photos::label(layout, fields_of(code));
    photos::scratch(label, photos::qr_place(layout), chance);
    return label;
}

// The code of what `call` refuses with; "" when nothing is thrown.
template <class Call>
std::string refusal(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code;
    }
    return "";
}

struct Said {
    std::vector<Symbol> symbols;
    std::vector<std::string> codes;  // of ours, made out from print
    PhotoReader::Photo::Outcome outcome = PhotoReader::Photo::Outcome::done;
    bool damaged = false;
};

// What the server does with a photo, but for the database: codes first, print where there is none.
inline Said read(PhotoReader& reader, const std::string& bytes) {
    Said said;
    auto photo = reader.open(bytes);
    said.damaged = photo.damaged();
    said.symbols = photo.symbols();
    if (!said.symbols.empty()) return said;
    int guesses = guesses_max;
    said.outcome = photo.print([&](const std::vector<Reading>& readings) {
        for (const auto& reading : readings)
            if (auto code = unit_code_in(reading, test_mint(), guesses))
                if (std::ranges::find(said.codes, *code) == said.codes.end()) said.codes.push_back(*code);
        return !said.codes.empty();
    });
    return said;
}

}  // namespace yuanliu::vision
