// What is known of a stored file.
#pragma once

#include "platform/describe/record.hpp"

namespace yuanliu::files {

struct File {
    Id<File> id;
    Code<64, 64> sha256;        // of the content, lower-case hexadecimal; also where it lies
    std::int64_t size = 0;      // bytes
    Text<1, 100> media_type;    // as the bytes say, not as the sender said
    Text<1, 200> name;          // as the sender called it, made harmless
    Text<1, 60> purpose;        // "repair.photo": who may see it follows from this and is the module's business
    std::int64_t owner_id = 0;  // the user who brought it; 0: the system
    Time created_at;
};
YL_RECORD(File, "files_file", id, sha256, size, media_type, name, purpose, owner_id, created_at)

}  // namespace yuanliu::files
