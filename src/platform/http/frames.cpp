#include "platform/http/frames.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "platform/http/framing.hpp"

namespace yuanliu::http {
namespace {

constexpr std::size_t control_max = 125;

constexpr std::uint16_t protocol_error = 1002, unsupported_data = 1003, bad_text = 1007, too_big = 1009;

bool is_control(Opcode opcode) { return (static_cast<unsigned>(opcode) & 8) != 0; }

// Codes that a peer may put into a frame; the others stand for endings without one.
bool may_be_sent(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

// Without what every URL of the scheme means by itself.
std::string_view without_default_port(std::string_view authority, std::string_view scheme) {
    const std::string_view port = scheme == "https" ? ":443" : ":80";
    if (authority.ends_with(port)) authority.remove_suffix(port.size());
    return authority;
}

// The only header of that name, or an empty view.
std::string_view only(const Request& request, std::string_view name) {
    std::string_view found;
    for (const auto& [key, value] : request.headers) {
        if (key != name) continue;
        if (!found.empty()) return {};
        found = value;
    }
    return found;
}

// In any of several headers of the name, each a list.
bool any_has_token(const Request& request, std::string_view name, std::string_view token) {
    return std::any_of(request.headers.begin(), request.headers.end(),
                       [&](const auto& header) { return header.first == name && has_token(header.second, token); });
}

}  // namespace

FrameReader::Got FrameReader::fail(std::uint16_t fault) {
    fault_ = fault;
    message_ = std::string();
    return Got::broken;
}

std::size_t FrameReader::head_size() const {
    if (head_have_ < 2) return 2;
    const unsigned length = head_[1] & 0x7f;
    return 6 + (length == 126 ? 2 : length == 127 ? 8 : 0);
}

// The head is whole when this is called; says nothing when the payload may come.
FrameReader::Got FrameReader::begin_frame() {
    final_ = (head_[0] & 0x80) != 0;
    opcode_ = static_cast<Opcode>(head_[0] & 0x0f);
    const unsigned short_length = head_[1] & 0x7f;
    left_ = short_length;
    std::size_t at = 2;
    if (short_length >= 126) {
        const std::size_t bytes = short_length == 126 ? 2 : 8;
        left_ = 0;
        for (; at < 2 + bytes; ++at) left_ = left_ << 8 | head_[at];
        const std::uint64_t least = bytes == 2 ? 126 : 65536;
        if (left_ < least || left_ >> 63 != 0) return fail(protocol_error);
    }
    std::copy_n(head_ + at, 4, mask_);
    masked_ = 0;
    if (is_control(opcode_)) {
        if (!final_ || left_ > control_max || opcode_ > Opcode::pong) return fail(protocol_error);
        control_.clear();
        return Got::nothing;
    }
    if (opcode_ == Opcode::binary) return fail(unsupported_data);
    if (opcode_ > Opcode::binary || (opcode_ == Opcode::continuation) != continues_) return fail(protocol_error);
    if (opcode_ == Opcode::text) message_.clear();
    if (left_ > message_max_ - message_.size()) return fail(too_big);
    return Got::nothing;
}

FrameReader::Got FrameReader::end_frame() {
    in_payload_ = false;
    head_have_ = 0;
    switch (opcode_) {
        case Opcode::ping: return Got::ping;
        case Opcode::pong: return Got::pong;
        case Opcode::close:
            if (control_.size() == 1) return fail(protocol_error);
            if (control_.size() >= 2) {
                if (!may_be_sent(close_code_of(control_))) return fail(protocol_error);
                if (!is_utf8(std::string_view(control_).substr(2))) return fail(bad_text);
            }
            return Got::close;
        default: break;
    }
    continues_ = !final_;
    if (!final_) return Got::nothing;
    return is_utf8(message_) ? Got::text : fail(bad_text);
}

FrameReader::Got FrameReader::take(std::string_view input, std::size_t& used) {
    used = 0;
    for (;;) {
        while (!in_payload_ && head_have_ < head_size()) {
            if (used == input.size()) return Got::nothing;
            head_[head_have_++] = static_cast<unsigned char>(input[used++]);
            // Reserved bits, or not masked.
            if (head_have_ == 2 && ((head_[0] & 0x70) != 0 || (head_[1] & 0x80) == 0)) return fail(protocol_error);
        }
        if (!in_payload_ && begin_frame() == Got::broken) return Got::broken;
        if (!in_payload_) ++frames_;
        in_payload_ = true;
        std::string& into = is_control(opcode_) ? control_ : message_;
        const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - used));
        const std::size_t before = into.size();
        into.append(input.substr(used, piece));
        for (std::size_t i = before; i < into.size(); ++i) into[i] = static_cast<char>(into[i] ^ mask_[masked_++ & 3]);
        used += piece;
        left_ -= piece;
        if (left_ > 0) return Got::nothing;
        if (const Got got = end_frame(); got != Got::nothing) return got;
    }
}

void write_frame(std::string& out, Opcode opcode, std::string_view payload) {
    out += static_cast<char>(0x80 | static_cast<unsigned>(opcode));
    const std::size_t length = payload.size();
    int bytes = 0;
    if (length < 126) {
        out += static_cast<char>(length);
    } else {
        bytes = length < 65536 ? 2 : 8;
        out += static_cast<char>(bytes == 2 ? 126 : 127);
    }
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
        out += static_cast<char>(static_cast<std::uint64_t>(length) >> shift);
    out += payload;
}

void write_close(std::string& out, std::uint16_t code, std::string_view reason) {
    reason = reason.substr(0, control_max - 2);
    while (!is_utf8(reason)) reason.remove_suffix(1);
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
    payload += reason;
    write_frame(out, Opcode::close, payload);
}

std::uint16_t close_code_of(std::string_view payload) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]));
}

std::optional<std::string> accept_handshake(const Request& request, bool http_1_1) {
    if (!http_1_1 || request.method != "GET" || !any_has_token(request, "upgrade", "websocket") ||
        !any_has_token(request, "connection", "upgrade") || only(request, "sec-websocket-version") != "13")
        return {};
    std::string text(only(request, "sec-websocket-key"));
    if (const auto key = base64_decode(text); !key || key->size() != 16) return {};
    text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) return {};
    return base64_encode({reinterpret_cast<const char*>(digest.data()), size});
}

bool is_own_origin(std::string_view origin, const Request& request, const std::vector<std::string>& allowed) {
    if (std::any_of(allowed.begin(), allowed.end(), [&](const auto& each) { return same_text(each, origin); }))
        return true;
    const std::size_t mark = origin.find("://");
    if (mark == std::string_view::npos) return false;  // "null": a page of nowhere
    const std::string_view scheme = origin.substr(0, mark), authority = origin.substr(mark + 3);
    return (scheme == "http" || scheme == "https") &&
           same_text(without_default_port(authority, scheme), without_default_port(request.host, request.scheme));
}

}  // namespace yuanliu::http
