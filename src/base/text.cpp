#include "base/text.hpp"

#include <algorithm>
#include <vector>

#include "base/utf8.hpp"

namespace yuanliu {
namespace {

bool is_space(std::uint32_t c) {
    if (c <= 0x20) return c == 0x20 || (c >= 0x09 && c <= 0x0d);
    if (c < 0x2000) return c == 0x85 || c == 0xa0 || c == 0x1680;
    return c <= 0x200b || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

bool is_control(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_plain_negative_number(std::string_view text) {
    if (!text.starts_with('-') || text.size() < 2) return false;
    bool point = false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        const bool inner = i > 1 && i + 1 < text.size();
        if (text[i] == '.' && inner && !point) {
            point = true;
        } else if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return true;
}

bool looks_like_formula(std::string_view text) {
    constexpr std::string_view starts[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    return std::any_of(std::begin(starts), std::end(starts), [&](auto start) { return text.starts_with(start); }) &&
           !is_plain_negative_number(text);
}

// Optimal string alignment: Levenshtein's distance with swaps of neighbours, three rows at a time.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> two_up(b.size() + 1), up(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) up[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({up[j] + 1, row[j - 1] + 1, up[j - 1] + (same ? 0 : 1)});
            const bool swapped =
                i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) row[j] = std::min(row[j], two_up[j - 2] + 1);
        }
        std::swap(two_up, up);
        std::swap(up, row);
    }
    return up[b.size()];
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t size = first_code_point(text).size;
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

std::size_t count_code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_code_point));
}

std::string_view clip(std::string_view text, std::size_t n) {
    if (text.size() <= n) return text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (starts_code_point(text[i]) && n-- == 0) return text.substr(0, i);
    }
    return text;
}

std::string_view trim(std::string_view text) {
    while (!text.empty()) {
        const auto first = first_code_point(text);
        if (first.size == 0 || !is_space(first.value)) break;
        text.remove_prefix(first.size);
    }
    while (!text.empty()) {
        std::size_t at = text.size() - 1;
        while (at > 0 && !starts_code_point(text[at])) --at;
        const auto last = first_code_point(text.substr(at));
        if (last.size == 0 || !is_space(last.value)) break;
        text.remove_suffix(text.size() - at);
    }
    return text;
}

bool has_control(std::string_view text, Lines lines) {
    while (!text.empty()) {
        const auto [value, size] = first_code_point(text);
        const bool line_part = value == '\t' || value == '\n' || value == '\r';
        if (size == 0 || (is_control(value) && !(line_part && lines == Lines::allowed))) return true;
        text.remove_prefix(size);
    }
    return false;
}

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

void append_csv_cell(std::string& out, std::string_view text) {
    const bool formula = looks_like_formula(text);
    const bool edge_space = text.starts_with(' ') || text.ends_with(' ');
    if (!edge_space && text.find_first_of(",\"\r\n\t;") == std::string_view::npos) {
        if (formula) out += '\'';
        out += text;
        return;
    }
    out += '"';
    if (formula) out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

std::optional<std::string_view> nearest_word(std::string_view word, std::span<const std::string_view> candidates) {
    std::optional<std::string_view> best;
    std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
    for (const auto candidate : candidates) {
        const std::size_t longer = std::max(word.size(), candidate.size());
        if (longer - std::min(word.size(), candidate.size()) > limit) continue;
        const std::size_t apart = distance(word, candidate);
        if (apart > limit || (best && apart == limit)) continue;
        best = candidate;
        limit = apart;
    }
    return best;
}

}  // namespace yuanliu
