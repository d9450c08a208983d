#include "platform/http/encode.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "platform/http/framing.hpp"

namespace yuanliu::http {
namespace {

struct Default {
    std::string_view name;
    std::string_view line;
};
constexpr std::array<Default, 3> defaults = {{
    {"x-content-type-options", "X-Content-Type-Options: nosniff\r\n"},
    {"referrer-policy", "Referrer-Policy: same-origin\r\n"},
    {"content-security-policy", "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'\r\n"},
}};

std::string_view reason(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 426: return "Upgrade Required";
        case 428: return "Precondition Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        case 507: return "Insufficient Storage";
        default: return "Status";
    }
}

void append_number(std::string& out, std::uint64_t number) {
    char digits[20];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
    out.append(digits, end);
}

bool is_value(std::string_view text) {
    for (const char c : text)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return false;
    return true;
}

bool is_name(std::string_view text) {
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_') return false;
    }
    return !text.empty();
}

}  // namespace

HeadStyle::HeadStyle(std::string_view server_name) {
    server.append("Server: ").append(server_name).append("\r\n");
    for (const Default& each : defaults) security += each.line;
}

bool is_sendable(const Answer& answer) {
    if (answer.status < 200 || answer.status > 599 || !is_value(answer.content_type)) return false;
    for (const auto& [name, value] : answer.headers) {
        if (!is_name(name) || !is_value(value)) return false;
        for (const std::string_view ours :
             {"content-length", "transfer-encoding", "connection", "date", "server", "content-type", "x-request-id"})
            if (same_text(name, ours)) return false;
    }
    return true;
}

void write_head(std::string& out, const HeadStyle& style, const Answer& answer, const HeadFacts& facts) {
    if (answer.status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
    } else {
        out += "HTTP/1.1 ";
        append_number(out, static_cast<std::uint64_t>(answer.status));
        out.append(" ").append(reason(answer.status)).append("\r\n");
    }
    out += style.server;
    out.append("Date: ").append(facts.date).append("\r\n");
    if (may_have_body(answer.status)) {
        if (!answer.content_type.empty()) out.append("Content-Type: ").append(answer.content_type).append("\r\n");
        out += "Content-Length: ";
        append_number(out, facts.length);
        out += "\r\n";
    }
    out.append("X-Request-Id: ").append(facts.id).append("\r\n");
    if (answer.headers.empty()) {
        out += style.security;
    } else {
        for (const auto& [name, value] : answer.headers) out.append(name).append(": ").append(value).append("\r\n");
        for (const Default& each : defaults) {
            bool overridden = false;
            for (const auto& [name, value] : answer.headers) overridden = overridden || same_text(name, each.name);
            if (!overridden) out += each.line;
        }
    }
    if (facts.secure) out += "Strict-Transport-Security: max-age=31536000\r\n";
    if (facts.gzipped) out += "Content-Encoding: gzip\r\n";
    if (facts.varies) out += "Vary: Accept-Encoding\r\n";
    if (facts.close)
        out += "Connection: close\r\n";
    else if (facts.say_keep_alive)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
}

std::string http_date(Time time) {
    const std::time_t seconds = static_cast<std::time_t>(time.ms / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[64];
    const int size =
        std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday], parts.tm_mday,
                      months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace yuanliu::http
