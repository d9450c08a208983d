#include "platform/files/sniff.hpp"

#include <magic.h>

#include <array>

#include "base/error.hpp"

namespace yuanliu::files {

struct Sniffer::Magic {
    magic_t cookie = magic_open(MAGIC_MIME_TYPE);
    ~Magic() {
        if (cookie) magic_close(cookie);
    }
};

Sniffer::Sniffer() = default;
Sniffer::~Sniffer() = default;

std::string Sniffer::media_type(std::string_view head) {
    const std::lock_guard guard(mutex_);  // a libmagic cookie serves one thread at a time
    if (!magic_) {
        auto magic = std::make_unique<Magic>();
        if (!magic->cookie || magic_load(magic->cookie, nullptr) != 0)
            throw internal("the magic database is missing; install the package libmagic1");
        magic_ = std::move(magic);
    }
    const char* type = magic_buffer(magic_->cookie, head.data(), head.size());
    return type && std::string_view(type).find('/') != std::string_view::npos ? type : "application/octet-stream";
}

bool ending_fits(std::string_view extension, std::string_view media_type) {
    struct Pair {
        std::string_view extension, type;  // a type that ends in / stands for its whole family
    };
    static constexpr std::array known{
        Pair{"jpg", "image/jpeg"},    Pair{"jpeg", "image/jpeg"},     Pair{"png", "image/png"},
        Pair{"gif", "image/gif"},     Pair{"webp", "image/webp"},     Pair{"heic", "image/heic"},
        Pair{"bmp", "image/"},        Pair{"pdf", "application/pdf"}, Pair{"mp4", "video/"},
        Pair{"mov", "video/"},        Pair{"zip", "application/"},    Pair{"xlsx", "application/"},
        Pair{"docx", "application/"}, Pair{"csv", "text/"},           Pair{"txt", "text/"},
    };
    for (const auto& pair : known)
        if (pair.extension == extension)
            return pair.type.ends_with('/')
                       ? media_type.starts_with(pair.type)
                       : media_type == pair.type || (pair.extension == "heic" && media_type == "image/heif");
    return true;
}

}  // namespace yuanliu::files
