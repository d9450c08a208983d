#include "platform/http/framing.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace yuanliu::http {
namespace {

constexpr Refusal bad_request{400, "http.bad_request"};
constexpr Refusal bad_target{400, "http.bad_target"};
constexpr Refusal head_too_large{431, "http.head_too_large"};
constexpr Refusal target_too_long{414, "http.target_too_long"};

// Bit 0: token character. Bit 1: may stand in a field value. Bit 2: may stand in a target. Bit 3: in Host.
constexpr std::array<unsigned char, 256> classes = [] {
    std::array<unsigned char, 256> table{};
    for (int c = 0; c < 256; ++c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        const auto among = [c](std::string_view set) {
            for (const char each : set)
                if (static_cast<unsigned char>(each) == c) return true;
            return false;
        };
        unsigned bits = 0;
        if (letter || among("!#$%&'*+-.^_`|~")) bits |= 1;
        if (c == '\t' || (c >= 0x20 && c != 0x7f)) bits |= 2;
        if (c > 0x20 && c != 0x7f && !among("#\"<>")) bits |= 4;
        if (letter || among("-._~:[]")) bits |= 8;
        table[static_cast<std::size_t>(c)] = static_cast<unsigned char>(bits);
    }
    return table;
}();

bool all_of(std::string_view text, unsigned char bit) {
    unsigned char both = bit;
    for (const char c : text) both &= classes[static_cast<unsigned char>(c)];
    return both != 0;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool is_known(std::string_view method) {
    for (const std::string_view known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        if (method == known) return true;
    return false;
}

// A name, IPv4 address or bracketed IPv6 address, with an optional port of digits.
bool is_host(std::string_view host) {
    if (host.empty() || host.size() > 255 || !all_of(host, 8)) return false;
    std::string_view port;
    if (host.front() == '[') {
        const std::size_t close = host.find(']');
        if (close == std::string_view::npos || close < 3) return false;
        if (host.substr(1, close - 1).find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
            return false;
        const std::string_view rest = host.substr(close + 1);
        if (!rest.empty() && rest.front() != ':') return false;
        port = rest.empty() ? rest : rest.substr(1);
    } else {
        if (host.find_first_of("[]") != std::string_view::npos) return false;
        const std::size_t colon = host.find(':');
        if (colon == 0) return false;
        if (colon != std::string_view::npos) port = host.substr(colon + 1);
    }
    return port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos;
}

Refusal read_request_line(std::string_view line, const Limits& limits, Head& head, std::string_view& authority) {
    const std::size_t first = line.find(' ');
    if (first == std::string_view::npos || first == 0) return bad_request;
    head.method = line.substr(0, first);
    const std::string_view rest = line.substr(first + 1);
    const std::size_t second = rest.find(' ');
    if (second == std::string_view::npos || second == 0) return bad_request;
    head.target = rest.substr(0, second);
    const std::string_view version = rest.substr(second + 1);
    if (!all_of(head.method, 1)) return bad_request;
    if (head.target.size() > limits.target_bytes) return target_too_long;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || !digit(version[5]) || version[6] != '.' ||
        !digit(version[7]))
        return bad_request;
    if (version[5] != '1' || version[7] > '1') return {505, "http.version"};
    head.http_1_1 = version[7] == '1';
    if (!is_known(head.method)) return {501, "http.method_unknown"};  // CONNECT and TRACE are not served either
    if (!all_of(head.target, 4)) return bad_target;
    if (head.target.front() == '/') return {};
    if (head.target == "*") return head.method == "OPTIONS" ? Refusal{} : bad_target;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (head.target.substr(0, scheme.size()) != scheme) continue;
        const std::string_view after = head.target.substr(scheme.size());
        const std::size_t slash = after.find('/');
        if (slash == std::string_view::npos || slash == 0) return bad_target;
        authority = after.substr(0, slash);
        head.target = after.substr(slash);
        return {};
    }
    return bad_target;
}

// The headers that frame the message or route it. `seen` has one bit for each that may stand only once.
Refusal read_field(std::string_view name, std::string_view value, Head& head, unsigned& seen) {
    enum : unsigned { host = 1, length = 2, coding = 4, expect = 8, close = 16 };
    const auto once = [&seen](unsigned bit) { return (std::exchange(seen, seen | bit) & bit) == 0; };
    switch (name.size()) {
        case 4:
            if (!same_text(name, "host")) break;
            if (!once(host) || !is_host(value)) return bad_request;
            head.host = value;
            break;
        case 6:
            if (!same_text(name, "expect")) break;
            if (!once(expect) || !same_text(value, "100-continue")) return {417, "http.bad_expectation"};
            head.expects_continue = head.http_1_1;
            break;
        case 10:
            if (!same_text(name, "connection")) break;
            if (has_token(value, "close")) seen |= close;
            if (has_token(value, "keep-alive")) head.keep_alive = true;
            if ((seen & close) != 0) head.keep_alive = false;  // whatever another line says
            break;
        case 14: {
            if (!same_text(name, "content-length")) break;
            const char* last = value.data() + value.size();
            const auto [end, error] = std::from_chars(value.data(), last, head.length);
            if (!once(length) || value.empty() || value.size() > 18 || error != std::errc{} || end != last)
                return bad_request;
            head.has_length = true;
            break;
        }
        case 16:
            if (same_text(name, "content-encoding")) head.encoded_body = !same_text(value, "identity");
            break;
        case 17:
            if (!same_text(name, "transfer-encoding")) break;
            if (!once(coding) || !same_text(value, "chunked")) return bad_request;
            head.chunked = true;
            break;
        default: break;
    }
    return {};
}

}  // namespace

bool same_text(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

bool has_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        if (same_text(trimmed(list.substr(0, comma)), token)) return true;
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    return false;
}

std::size_t find_head(std::string_view input, std::size_t& scanned, const Limits& limits, Refusal& refusal) {
    if (input.empty()) return 0;
    if (scanned == 0 && (classes[static_cast<unsigned char>(input[0])] & 1) == 0) {
        refusal = bad_request;  // a TLS hello, an empty line: no method starts so
        return 0;
    }
    const char* const begin = input.data();
    const char* const end = begin + input.size();
    const char* p = begin + scanned;
    while (p != end) {
        // To the next byte that ends a line or may never stand in a head; a trailing CR waits for its LF.
        while (p != end && static_cast<unsigned char>(*p) > '\r') ++p;
        if (p == end) break;
        if (*p == '\r') {
            if (p + 1 == end) break;
            if (p[1] != '\n') {
                refusal = bad_request;
                return 0;
            }
            if (p - begin >= 2 && p[-1] == '\n') {
                const auto length = static_cast<std::size_t>(p + 2 - begin);
                if (length > limits.head_bytes) refusal = head_too_large;
                return refusal ? 0 : length;
            }
            p += 2;
        } else if (*p == '\t') {
            ++p;
        } else {
            refusal = bad_request;  // a bare LF, a NUL or another control byte
            return 0;
        }
    }
    scanned = static_cast<std::size_t>(p - begin);
    if (input.size() > limits.target_bytes + 64 && input.substr(0, scanned).find('\n') == std::string_view::npos)
        refusal = target_too_long;
    else if (input.size() >= limits.head_bytes)
        refusal = head_too_large;
    return 0;
}

Refusal read_head(std::string_view text, const Limits& limits, Head& head) {
    std::string_view authority;
    std::size_t at = text.find("\r\n");
    if (at == std::string_view::npos) return bad_request;
    if (const Refusal refusal = read_request_line(text.substr(0, at), limits, head, authority)) return refusal;
    head.keep_alive = head.http_1_1;
    unsigned seen = 0;
    for (at += 2; at + 2 < text.size();) {
        const std::size_t end = text.find("\r\n", at);
        if (end == std::string_view::npos) return bad_request;
        const std::string_view line = text.substr(at, end - at);
        at = end + 2;
        if (++head.header_count > limits.header_count) return head_too_large;
        const std::size_t colon = line.find(':');
        // A line that starts with white space is an obsolete fold; a space before the colon is a classic smuggler.
        if (colon == std::string_view::npos || colon == 0 || !all_of(line.substr(0, colon), 1)) return bad_request;
        if (!all_of(line.substr(colon + 1), 2)) return bad_request;
        const Refusal refusal = read_field(line.substr(0, colon), trimmed(line.substr(colon + 1)), head, seen);
        if (refusal) return refusal;
    }
    if (head.chunked && (head.has_length || !head.http_1_1)) return bad_request;
    if (head.host.empty() && head.http_1_1) return bad_request;
    if (!authority.empty() && !same_text(authority, head.host)) return bad_target;
    return {};
}

}  // namespace yuanliu::http
