// What kind of file this is, asked of its bytes (libmagic); a name or a Content-Type is only what the sender claims.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace yuanliu::files {

// Thread-safe. Reads the magic database at the first question (about 7 MB, mapped, shared with other processes).
class Sniffer {
 public:
    Sniffer();
    ~Sniffer();
    // The media type of content that begins with `head`; "application/octet-stream" when nobody knows. Throws
    // Error(internal) when the magic database is missing.
    std::string media_type(std::string_view head);

 private:
    struct Magic;
    std::mutex mutex_;
    std::unique_ptr<Magic> magic_;
};

// False when the name's ending belongs to another well-known type than the content's; unknown endings pass.
bool ending_fits(std::string_view extension, std::string_view media_type);

}  // namespace yuanliu::files
