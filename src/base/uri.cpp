#include "base/uri.hpp"

#include <algorithm>
#include <vector>

namespace yuanliu::http {
namespace {

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Decodes `%XX`, and `+` when `form`; false for a bad escape.
bool unescape(std::string_view raw, bool form, std::string& out) {
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        char c = raw[i];
        if (c == '%') {
            if (i + 2 >= raw.size()) return false;
            const int high = hex(raw[i + 1]);
            const int low = hex(raw[i + 2]);
            if (high < 0 || low < 0) return false;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (form && c == '+') {
            c = ' ';
        }
        out += c;
    }
    return true;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool has_dot_segment(std::string_view path) {
    for (std::size_t at = path.find("/."); at != std::string_view::npos; at = path.find("/.", at + 1)) {
        const std::string_view rest = path.substr(at + 2);
        if (rest.empty() || rest[0] == '/' || rest == "." || rest.substr(0, 2) == "./") return true;
    }
    return false;
}

// An escape that hides the structure of the path: `/` and `\`. (Encoded dots are found after decoding.)
bool hides_slash(std::string_view raw) {
    for (std::size_t at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at + 1)) {
        if (at + 2 >= raw.size()) return true;
        const int byte = hex(raw[at + 1]) * 16 + hex(raw[at + 2]);
        if (byte == '/' || byte == '\\') return true;
    }
    return false;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
    const auto* p = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = p + text.size();
    const auto follows = [&](int n) {
        if (end - p <= n) return false;
        for (int i = 1; i <= n; ++i)
            if ((p[i] & 0xc0) != 0x80) return false;
        return true;
    };
    while (p != end) {
        const unsigned char c = *p;
        if (c < 0x80) {
            ++p;
        } else if (c >= 0xc2 && c <= 0xdf && follows(1)) {
            p += 2;
        } else if (c >= 0xe0 && c <= 0xef && follows(2)) {
            if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f)) return false;
            p += 3;
        } else if (c >= 0xf0 && c <= 0xf4 && follows(3)) {
            if ((c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f)) return false;
            p += 4;
        } else {
            return false;
        }
    }
    return true;
}

std::optional<std::string> decode_path(std::string_view raw) {
    if (raw.empty() || raw[0] != '/') return std::nullopt;
    std::string path;
    if (raw.find('%') == std::string_view::npos) {
        path = raw;
    } else if (hides_slash(raw) || !unescape(raw, false, path)) {
        return std::nullopt;
    }
    for (const char c : path)
        if (is_control(c) || c == '\\') return std::nullopt;
    if (has_dot_segment(path) || !is_utf8(path)) return std::nullopt;
    return path;
}

std::optional<Query> decode_query(std::string_view raw) {
    Query query;
    while (!raw.empty()) {
        const std::size_t amp = raw.find('&');
        const std::string_view pair = raw.substr(0, amp);
        raw = amp == std::string_view::npos ? std::string_view{} : raw.substr(amp + 1);
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        auto& [key, value] = query.emplace_back();
        if (!unescape(pair.substr(0, equals), true, key)) return std::nullopt;
        if (equals != std::string_view::npos && !unescape(pair.substr(equals + 1), true, value)) return std::nullopt;
        for (const char c : key)
            if (is_control(c)) return std::nullopt;
        for (const char c : value)
            if (is_control(c) && c != '\t' && c != '\r' && c != '\n') return std::nullopt;
        if (!is_utf8(key) || !is_utf8(value)) return std::nullopt;
    }
    return query;
}

std::optional<std::string> duplicate_key(const Query& query) {
    std::vector<std::string_view> keys;
    keys.reserve(query.size());
    for (const auto& [key, value] : query) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    const auto twin = std::adjacent_find(keys.begin(), keys.end());
    if (twin == keys.end()) return std::nullopt;
    return std::string(*twin);
}

}  // namespace yuanliu::http
