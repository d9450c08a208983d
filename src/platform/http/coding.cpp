#include "platform/http/coding.hpp"

#include <zlib.h>

#include "platform/http/framing.hpp"

namespace yuanliu::http {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// `;q=0`, `;q=0.0` … : the only weights that matter to us are "not at all" and the rest.
bool is_refused(std::string_view parameters) {
    const std::size_t at = parameters.find("q=");
    if (at == std::string_view::npos) return false;
    return trimmed(parameters.substr(at + 2)).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        const std::size_t comma = accept_encoding.find(',');
        const std::string_view item = accept_encoding.substr(0, comma);
        accept_encoding = comma == std::string_view::npos ? std::string_view{} : accept_encoding.substr(comma + 1);
        const std::size_t semicolon = item.find(';');
        const std::string_view name = trimmed(item.substr(0, semicolon));
        const bool wanted = semicolon == std::string_view::npos || !is_refused(item.substr(semicolon));
        if (same_text(name, coding)) return wanted;
        if (name == "*") any = wanted;
    }
    return any;
}

bool is_text(std::string_view content_type) {
    const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
    if (type.substr(0, 5) == "text/") return true;
    for (const std::string_view known : {"application/json", "application/javascript", "application/xml",
                                         "application/manifest+json", "image/svg+xml", "application/problem+json"})
        if (same_text(type, known)) return true;
    return false;
}

struct Gzip::Impl {
    z_stream stream{};
    bool ready = false;
};

Gzip::Gzip() : impl_(std::make_unique<Impl>()) {}

Gzip::~Gzip() {
    if (impl_->ready) deflateEnd(&impl_->stream);
}

bool Gzip::pack(std::string_view plain, std::string& out) {
    z_stream& stream = impl_->stream;
    if (!impl_->ready) {
        // Level 1: half the size for a fifth of the time of level 6. 15 + 16: the gzip wrapper.
        if (deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return false;
        impl_->ready = true;
    } else if (deflateReset(&stream) != Z_OK) {
        return false;
    }
    out.resize(plain.size());
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return false;
    out.resize(out.size() - stream.avail_out);
    return true;
}

}  // namespace yuanliu::http
