// The content side: copy, fingerprint, sync, rename.
//
// A sweep must not take away what a store_from() of this moment finds already there. Both hold the lock file: the store
// shared while it looks and touches, the sweep alone while it looks again and removes.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/disk.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "platform/files/files.hpp"
#include "platform/files/sniff.hpp"

namespace yuanliu::files {
namespace {

constexpr std::size_t chunk_bytes = 64 << 10;
constexpr std::size_t head_bytes = 256 << 10;  // enough for libmagic to look into an Office document
constexpr std::int64_t orphan_age_s = 24 * 3600;

std::string random_name(Env& env) {
    std::array<unsigned char, 16> bytes{};
    env.random(bytes);
    return hex_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string extension_of(std::string_view name) {
    auto dot = name.find_last_of('.');
    return dot == std::string_view::npos ? std::string() : lower_ascii(name.substr(dot + 1));
}

bool accepts(const Limits& limits, std::string_view type) {
    return limits.types.empty() || std::any_of(limits.types.begin(), limits.types.end(), [&](std::string_view allowed) {
               return allowed.ends_with('/') ? type.starts_with(allowed) : type == allowed;
           });
}

// The fingerprint of a file of ours that nobody else can shorten meanwhile.
std::string fingerprint(const disk::Fd& file, std::size_t size, const std::string& path) {
    void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (bytes == MAP_FAILED) disk::failure(path);
    const auto digest = sha256({static_cast<const char*>(bytes), size});
    ::munmap(bytes, size);
    return hex_encode(view(digest));
}

// A file that disappears again unless it was given its final name.
struct Temporary {
    Files& files;
    std::string path = {};
    ~Temporary() {
        if (!path.empty()) files.unlink(path.c_str());
    }
};

// The system's own clock, not Env's: it is compared with what the file system notes.
std::int64_t age_s(const struct stat& facts) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec - facts.st_mtim.tv_sec;
}

}  // namespace

struct FileStore::Impl {
    std::string folder;
    Env& env;
    Sniffer sniffer;

    std::string lock_path() const { return folder + "/lock"; }
    std::string place(std::string_view sha256) const {
        return fmt::format("{}/{}/{}", folder, sha256.substr(0, 2), sha256.substr(2));
    }
    Stored copy(const std::string& from, const Limits& limits, Temporary& to);
    bool there_already(const std::string& place) const;
    bool remove_if_idle(Database& db, const std::string& place, std::string_view sha256) const;
    void sweep_content(Database& db, Swept& swept) const;
    void sweep_results(Swept& swept) const;
};

FileStore::FileStore(std::string folder, Env& env) : impl_(new Impl{std::move(folder), env, {}}) {
    std::filesystem::create_directories(impl_->folder);
    for (const char* part : {"/tmp", "/results"}) disk::make_folder(env.files(), impl_->folder + part);
}
FileStore::~FileStore() = default;

Stored FileStore::Impl::copy(const std::string& from, const Limits& limits, Temporary& to) {
    auto in = disk::open(env.files(), from, O_RDONLY);
    to.path = fmt::format("{}/tmp/{}", folder, random_name(env));
    auto out = disk::open(env.files(), to.path, O_RDWR | O_CREAT | O_EXCL);
    Stored stored;
    std::string head, chunk(chunk_bytes, '\0');
    while (auto n = disk::read_some(in, chunk.data(), chunk.size(), from)) {
        stored.size += std::int64_t(n);
        if (std::uint64_t(stored.size) > limits.bytes_max)
            throw Error(Fault::too_large, "files.too_large", {{"max_mb", std::to_string(limits.bytes_max >> 20)}});
        if (head.size() < head_bytes) head.append(chunk, 0, std::min(n, head_bytes - head.size()));
        disk::write(env.files(), out, std::string_view(chunk).substr(0, n), to.path);
    }
    if (stored.size == 0) throw invalid("files.empty");
    disk::sync(env.files(), out, to.path);
    stored.sha256 = fingerprint(out, std::size_t(stored.size), to.path);
    stored.media_type = sniffer.media_type(head);
    return stored;
}

// Touched, so that a sweep leaves it alone until the caller's row is there.
bool FileStore::Impl::there_already(const std::string& place) const {
    return ::utimensat(AT_FDCWD, place.c_str(), nullptr, 0) == 0;
}

Stored FileStore::store_from(const std::string& path, std::string_view name, const Limits& limits) {
    Temporary temporary{impl_->env.files()};
    auto stored = impl_->copy(path, limits, temporary);
    if (!accepts(limits, stored.media_type))
        throw Error(Fault::unsupported, "files.type_refused", {{"type", stored.media_type}});
    if (auto extension = extension_of(name); !ending_fits(extension, stored.media_type))
        throw Error(Fault::unsupported, "files.type_mismatch", {{"extension", extension}, {"type", stored.media_type}});
    auto place = impl_->place(stored.sha256);
    auto held = disk::locked(impl_->env.files(), impl_->lock_path(), LOCK_SH);
    if (impl_->there_already(place)) return stored;
    auto shelf = place.substr(0, place.find_last_of('/'));
    auto& files = impl_->env.files();
    disk::make_folder(files, shelf);
    disk::rename(files, temporary.path, place);
    temporary.path.clear();
    disk::sync_folder(files, shelf);
    return stored;
}

std::string FileStore::path(std::string_view sha256) const {
    auto place = impl_->place(sha256);
    if (::access(place.c_str(), R_OK) != 0) throw not_found("files.gone");
    return place;
}

std::string FileStore::new_path(std::string_view extension) {
    auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (extension.empty() || extension.size() > 10 || !std::all_of(extension.begin(), extension.end(), plain))
        throw internal(fmt::format("'{}' is no file ending", extension));
    auto month = format_rfc3339(impl_->env.now()).substr(0, 7);
    auto shelf = fmt::format("{}/results/{}", impl_->folder, month);
    disk::make_folder(impl_->env.files(), shelf);
    return fmt::format("{}/{}.{}", shelf, random_name(impl_->env), extension);
}

std::string FileStore::relative(std::string_view path) const {
    if (!path.starts_with(impl_->folder + "/")) throw internal(fmt::format("{} is not in the data folder", path));
    return std::string(path.substr(impl_->folder.size() + 1));
}
std::string FileStore::absolute(std::string_view relative) const {
    return fmt::format("{}/{}", impl_->folder, relative);
}

bool FileStore::Impl::remove_if_idle(Database& db, const std::string& place, std::string_view sha256) const {
    auto held = disk::locked(env.files(), lock_path(), LOCK_EX);
    struct stat facts {};
    if (::stat(place.c_str(), &facts) != 0 || age_s(facts) < orphan_age_s) return false;
    if (db.read([&](Rx& rx) { return rx.exists<File>("sha256 = ?", sha256); })) return false;
    return env.files().unlink(place.c_str()) == 0;
}

void FileStore::Impl::sweep_content(Database& db, Swept& swept) const {
    namespace fs = std::filesystem;
    for (const auto& shelf : fs::directory_iterator(folder)) {
        auto prefix = shelf.path().filename().string();
        if (prefix.size() != 2 || !shelf.is_directory()) continue;
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(shelf.path()))
            names.push_back(entry.path().filename().string());
        for (const auto& name : names) {
            ++swept.seen;
            auto place = fmt::format("{}/{}/{}", folder, prefix, name);
            struct stat facts {};
            if (::stat(place.c_str(), &facts) != 0 || age_s(facts) < orphan_age_s) continue;
            swept.removed += remove_if_idle(db, place, prefix + name);
        }
    }
}

void FileStore::Impl::sweep_results(Swept& swept) const {
    namespace fs = std::filesystem;
    std::vector<std::pair<fs::path, std::int64_t>> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder + "/results"))
        if (entry.is_regular_file()) all.emplace_back(entry.path(), std::int64_t(results_days) * 24 * 3600);
    // What a crash left half-copied.
    for (const auto& entry : fs::directory_iterator(folder + "/tmp")) all.emplace_back(entry.path(), orphan_age_s);
    for (const auto& [path, age_max] : all) {
        ++swept.seen;
        struct stat facts {};
        if (::stat(path.c_str(), &facts) == 0 && age_s(facts) > age_max) swept.removed += ::unlink(path.c_str()) == 0;
    }
}

FileStore::Swept FileStore::sweep(Database& db) {
    Swept swept;
    impl_->sweep_content(db, swept);
    impl_->sweep_results(swept);
    return swept;
}

}  // namespace yuanliu::files
