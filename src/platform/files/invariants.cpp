#include "platform/files/invariants.hpp"

#include <fcntl.h>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/disk.hpp"
#include "platform/files/files.hpp"

namespace yuanliu::files {
namespace {

constexpr int rows_at_once = 500;
constexpr std::size_t chunk_bytes = 256 << 10;

// What is wrong with the content; empty: nothing.
std::string trouble_of(Env& env, const FileStore& store, const File& file) {
    std::string path;
    try {
        path = store.path(file.sha256);
    } catch (const Error& e) {
        if (e.fault != Fault::not_found) throw;
        return "not there";
    }
    auto in = disk::open(env.files(), path, O_RDONLY);
    Sha256 print;
    std::int64_t size = 0;
    std::string chunk(chunk_bytes, '\0');
    while (auto n = disk::read_some(in, chunk.data(), chunk.size(), path)) {
        print.add(std::string_view(chunk).substr(0, n));
        size += std::int64_t(n);
    }
    if (size != file.size) return "another size";
    return hex_encode(view(print.digest())) == file.sha256.value ? "" : "other content";
}

// In the order of their content, of which several rows may speak and which is read once.
std::vector<std::string> broken_content(Database& db, std::size_t most) {
    auto& store = db.parts().get<FileStore>();
    std::vector<std::string> out;
    File last;
    std::string trouble;
    while (out.size() < most) {
        Env* env = nullptr;
        const auto rows = db.read([&](Rx& rx) {
            env = &rx.env();
            return rx.all<File>("WHERE sha256 > ? OR (sha256 = ? AND id > ?) ORDER BY sha256, id LIMIT ?",
                                last.sha256.value, last.sha256.value, last.id, rows_at_once);
        });
        if (rows.empty()) break;
        for (const auto& file : rows) {
            const bool same = file.sha256.value == last.sha256.value && file.size == last.size;
            if (!same) trouble = trouble_of(*env, store, file);
            last = file;
            if (trouble.empty() || out.size() >= most) continue;
            // Removed since we read the row, and swept away? Then there is nothing to find.
            if (!db.read([&](Rx& rx) { return rx.exists<File>("id = ?", file.id); }, Freshness::latest)) continue;
            out.push_back(std::to_string(file.id.value) + " (" + trouble + ")");
        }
    }
    return out;
}

}  // namespace

std::vector<Invariant> invariants() {
    return {
        {"files.row_in_form", "a file's row gives no fingerprint, no size or no purpose",
         "SELECT id FROM files_file WHERE length(sha256) <> 64 OR size <= 0 OR purpose = ''"},
    };
}

// Content that no row speaks of, and what was left half-copied, is nobody's loss: the sweep takes it.
std::vector<Inspection> inspections() {
    return {{"files.content_on_disk", "the content of a file is gone from the data folder, or is not what was stored",
             &broken_content}};
}

}  // namespace yuanliu::files
