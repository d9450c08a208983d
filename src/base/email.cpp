#include "base/email.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace yuanliu {
namespace {

constexpr std::size_t local_size_max = 64;
constexpr std::size_t domain_size_max = 253;
constexpr std::size_t label_size_max = 63;
constexpr std::size_t address_size_max = 254;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_local_part(std::string_view local) {
    if (local.empty() || local.size() > local_size_max || local.starts_with('.') || local.ends_with('.')) return false;
    if (local.find("..") != std::string_view::npos) return false;
    return std::all_of(local.begin(), local.end(), [](char c) {
        return is_letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
    });
}

// Beyond ASCII a label may hold letters. What is not one and could mislead is refused: spaces, invisible marks,
// punctuation (the ideographic full stop reads as a dot) and full-width forms of ASCII.
bool is_domain_letter(std::uint32_t c) {
    if (c < 0x80) return is_letter_or_digit(static_cast<char>(c)) || c == '-';
    const bool symbol =
        c < 0xc0 || (c >= 0x2000 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020);
    return !symbol && c != 0xd7 && c != 0xf7 && c != 0x1680 && c < 0xe000 && !(c >= 0x2e00 && c <= 0x2e7f);
}

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > label_size_max || label.starts_with('-') || label.ends_with('-')) return false;
    while (!label.empty()) {
        const auto [value, size] = first_code_point(label);
        if (size == 0 || !is_domain_letter(value)) return false;
        label.remove_prefix(size);
    }
    return true;
}

bool is_domain(std::string_view domain) {
    if (domain.size() > domain_size_max) return false;
    std::size_t labels = 0;
    while (true) {
        const auto dot = domain.find('.');
        const auto label = domain.substr(0, dot);
        if (!is_label(label)) return false;
        ++labels;
        if (dot == std::string_view::npos) return labels >= 2 && !std::all_of(label.begin(), label.end(), is_digit);
        domain.remove_prefix(dot + 1);
    }
}

}  // namespace

std::optional<std::string> normalise_email(std::string_view text) {
    text = trim(text);
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || text.size() > address_size_max) return std::nullopt;
    const auto local = text.substr(0, at);
    const auto domain = text.substr(at + 1);
    if (!is_local_part(local) || !is_domain(domain)) return std::nullopt;
    return std::string(local).append("@").append(lower_ascii(domain));
}

std::string email_key(std::string_view normalised) { return lower_ascii(normalised); }

}  // namespace yuanliu
