// The rows: what a stored content is to whom.
#include "base/text.hpp"
#include "platform/files/files.hpp"

namespace yuanliu::files {
namespace {

constexpr std::size_t name_max = 200;

// The last part of the name, without what a terminal, a header or a file system could trip over.
std::string harmless(std::string_view name) {
    if (auto slash = name.find_last_of("/\\"); slash != std::string_view::npos) name.remove_prefix(slash + 1);
    std::string out;
    for (char c : is_utf8(name) ? name : std::string_view())
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '"') out += c;
    auto short_name = std::string(clip(trim(out), name_max));
    return short_name.empty() || has_control(short_name) ? "file" : short_name;
}

Content as_download(const FileStore& store, const File& file) {
    Content content;
    content.type = file.media_type.value;
    content.file = store.path(file.sha256);
    content.filename = file.name.value;
    content.headers = {{"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "private, max-age=3600"}};
    return content;
}

Content view(Rx& rx, const Actor& actor, Id<File> id) {
    auto file = rx.one(id);
    const bool own = actor.signed_in() && file.owner_id == actor.user_id;
    if (!own && !actor.may("files.read")) throw Error(Fault::not_found, "not_found", {{"what", "files_file"}});
    return as_download(rx.part<FileStore>(), file);
}

}  // namespace

File add(Tx& tx, const Stored& stored, std::string_view name, std::string_view purpose, std::int64_t owner_id) {
    return tx.insert(
        File{{}, stored.sha256, stored.size, stored.media_type, harmless(name), purpose, owner_id, tx.now()});
}

void remove(Tx& tx, Id<File> id) { tx.erase(tx.lock(id)); }

Content content(Rx& rx, Id<File> id) { return as_download(rx.part<FileStore>(), rx.one(id)); }

void routes(Routes& r) {
    r.module("files");
    r.permission("files.read", {});
    r.get("/api/files/{id}/", "signed_in", &view, "Download a file").answers("application/octet-stream");
}

}  // namespace yuanliu::files
