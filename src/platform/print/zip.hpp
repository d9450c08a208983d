// A ZIP archive of any number of small members, written as they come.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/env.hpp"

namespace yuanliu::print {

enum class ZipMethod : std::uint8_t { store, deflate };  // store what is packed already, such as PNG

// Memory does not grow with the number of members: the central directory waits in a nameless file beside the archive.
// (libzip keeps every member, libarchive every directory entry, until the end.) ZIP64 above 65,535 members or 4 GiB.
// The archive appears under its name only with finish(); destroyed before that, it leaves nothing. One thread at a
// time.
class ZipWriter {
 public:
    // `modified` is stamped on every member. Throws internal when the file cannot be made.
    ZipWriter(std::string path, Time modified);
    ~ZipWriter();
    ZipWriter(const ZipWriter&) = delete;
    ZipWriter& operator=(const ZipWriter&) = delete;

    // Names are UTF-8 with `/` between folders and are the caller's to keep distinct. Throws invalid for a name that is
    // empty, longer than 1,000 bytes, absolute, climbs out by `..`, or holds a backslash or control character;
    // too_large for 4 GiB of content; no_space.
    void add(std::string_view name, std::string_view content, ZipMethod method = ZipMethod::store);
    std::uint64_t members() const;
    // Completes the archive and gives it its name. Throws no_space, internal.
    void finish();

 private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace yuanliu::print
