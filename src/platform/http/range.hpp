// Byte ranges of a file (RFC 9110 section 14): a download that broke off goes on where it stopped.
#pragma once

#include <cstdint>
#include <string_view>

namespace yuanliu::http {

struct ByteRange {
    enum class Kind {
        whole,          // none was asked for, or one that we do not read: the whole file
        part,           // `first` and the `length` bytes from there
        unsatisfiable,  // it begins behind the file's end
    };
    Kind kind = Kind::whole;
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

// What a Range header asks of a file of `size` bytes. One range of bytes; a list of several gets the whole file, as the
// RFC allows (14.2).
ByteRange read_range(std::string_view header, std::uint64_t size);

}  // namespace yuanliu::http
