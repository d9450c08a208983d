// Files in the data folder, stored under the fingerprint of their content and never rewritten, with rows that say what
// they are. Content is durable before any row speaks of it; content that no row speaks of is swept away a day later.
//
// On several instances the data folder must be shared (DATA on a network file system) for all of them to serve all
// files.
#pragma once

#include <memory>
#include <vector>

#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/files/model.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::files {

// What a purpose accepts. A type that ends in / stands for its whole family; no types: everything.
struct Limits {
    std::uint64_t bytes_max = 20 << 20;
    std::vector<std::string_view> types = {};
};
// Pictures taken by phones.
inline Limits photos() { return {15 << 20, {"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"}}; }

// Content on the disk that no row speaks of yet.
struct Stored {
    std::string sha256;
    std::int64_t size = 0;
    std::string media_type;
};

// Thread-safe; a part of the Database. Blocks on the disk: call it from a worker (a verb on Database&, a job), never
// inside a transaction.
class FileStore {
 public:
    // Creates `folder` and what it needs below it.
    FileStore(std::string folder, Env& env);
    ~FileStore();

    // Copies the file at `path` into the store; when this returns it survives a power cut. `name` is what the sender
    // calls it. Throws invalid `files.empty`, too_large `files.too_large`, unsupported `files.type_refused` or
    // `files.type_mismatch` (picture.jpg that is no JPEG), no_space.
    Stored store_from(const std::string& path, std::string_view name, const Limits& limits = {});
    // Where this content lies. Throws not_found `files.gone` when it is not there.
    std::string path(std::string_view sha256) const;

    // A fresh path, its folder made, for a result that a job writes (CSV, PDF, ZIP). It is removed with the job, or
    // results_days after it was last written. `extension` is lower-case letters and digits.
    std::string new_path(std::string_view extension);
    static constexpr int results_days = 120;
    // Paths in rows are relative to the folder, so that the data folder can be moved.
    std::string relative(std::string_view path) const;
    std::string absolute(std::string_view relative) const;

    struct Swept {
        std::int64_t seen = 0, removed = 0;
    };
    // Removes what no row speaks of and nobody has touched for a day, and old results.
    Swept sweep(Database& db);

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Adds the row for stored content, in the caller's transaction.
File add(Tx& tx, const Stored& stored, std::string_view name, std::string_view purpose, std::int64_t owner_id);
// Takes the row away; the content follows with the next sweep unless another row shares it. Throws not_found.
void remove(Tx& tx, Id<File> id);
// The file as an answer, always as a download. The caller has checked who asks. Throws not_found.
Content content(Rx& rx, Id<File> id);

void routes(Routes& r);

}  // namespace yuanliu::files
