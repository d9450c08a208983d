// Content codings: what a client accepts, and gzip for what it does.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace yuanliu::http {

// True if an Accept-Encoding value allows `coding` (by name or `*`, with q > 0).
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

// True for content types that shrink: text, JSON, XML, JavaScript, SVG.
bool is_text(std::string_view content_type);

// One deflate state, reused: setting one up costs 256 KiB of memory.
class Gzip {
 public:
    Gzip();
    ~Gzip();
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;
    // False when the result would not be smaller; `out` is then unspecified.
    bool pack(std::string_view plain, std::string& out);

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace yuanliu::http
