#include "mutator.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace yuanliu::mutants {
namespace {

constexpr std::array<std::string_view, 28> stumbling_blocks{std::string_view("\0", 1),
                                                            "\r\n",
                                                            "\r",
                                                            "\n\n",
                                                            "\"",
                                                            "\\",
                                                            "\\u0000",
                                                            "\xff",
                                                            "\xc0\x80",
                                                            "\xed\xa0\x80",
                                                            "\xf4\x90\x80\x80",
                                                            "\xf0\x9f\x98\x80",
                                                            "{",
                                                            "[",
                                                            "}",
                                                            "]",
                                                            ",",
                                                            ":",
                                                            "%00",
                                                            "%",
                                                            "-1",
                                                            "99999999999999999999",
                                                            "1e999",
                                                            "=",
                                                            ";",
                                                            "--",
                                                            "../",
                                                            "\xef\xbb\xbf"};

}  // namespace

void Mutator::change(std::string& text) {
    const auto at = below(text.size() + 1);
    const auto length = std::min(1 + below(16), text.size() - at);
    switch (below(7)) {
        case 0:
            if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
            break;
        case 1:
            if (at < text.size()) text[at] = static_cast<char>(below(256));
            break;
        case 2: text.erase(at, length); break;
        case 3: text.insert(at, text.substr(at, length)); break;
        case 4: text.insert(at, stumbling_blocks[below(stumbling_blocks.size())]); break;
        case 5: text.resize(at); break;
        case 6: {
            const auto& other = samples_[below(samples_.size())];
            text.insert(at, other.substr(below(other.size() + 1), 1 + below(64)));
            break;
        }
    }
}

std::string Mutator::next() {
    auto text = samples_[below(samples_.size())];
    for (auto changes = 1 + below(8); changes > 0; --changes) change(text);
    return text;
}

unsigned seed() {
    static const unsigned chosen = [] {
        const char* given = std::getenv("YL_SEED");
        const unsigned value = given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
        std::printf("YL_SEED=%u\n", value);
        return value;
    }();
    return chosen;
}

int rounds(int usual) {
    const char* given = std::getenv("YL_MUTANTS");
    return given ? std::atoi(given) : usual;
}

std::string shown(std::string_view bytes) {
    std::string out;
    for (const char c : bytes.substr(0, 400)) {
        char piece[8];
        std::snprintf(piece, sizeof piece, c < 0x20 || c > 0x7e || c == '\\' ? "\\x%02x" : "%c",
                      static_cast<unsigned>(static_cast<unsigned char>(c)));
        out += piece;
    }
    return out;
}

}  // namespace yuanliu::mutants
