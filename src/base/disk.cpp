#include "base/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/base64.hpp"
#include "base/env.hpp"
#include "base/error.hpp"

namespace yuanliu::disk {
namespace {

// A file that disappears again unless it was given its final name.
struct Draft {
    Files& files;
    std::string path;
    ~Draft() {
        if (!path.empty()) files.unlink(path.c_str());
    }
};

// Beside the file, under a name of its own: two processes that write the same file must not share a draft.
Draft draft_of(Files& files, const std::string& path, std::string_view text) {
    std::array<unsigned char, 8> bytes{};
    Env::real().random(bytes);
    Draft draft{
        files, fmt::format("{}.{}.new", path, hex_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()}))};
    const auto file = open(files, draft.path, O_WRONLY | O_CREAT | O_EXCL);
    write(files, file, text, draft.path);
    sync(files, file, draft.path);
    return draft;
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Fd::~Fd() {
    if (fd_ >= 0) ::close(fd_);
}

void failure(const std::string& what) {
    const int why = errno;
    auto text = fmt::format("{}: {}", what, std::strerror(why));
    if (why == ENOSPC || why == EDQUOT || why == EFBIG) throw Error(Fault::no_space, "no_space").log(text);
    throw internal(text);
}

Fd open(Files& files, const std::string& path, int flags, mode_t mode) {
    Fd file(files.open(path.c_str(), flags | O_CLOEXEC, mode));
    if (!file) failure(path);
    return file;
}

bool write_whole(Files& files, int fd, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const auto done = files.write(fd, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done == 0) errno = ENOSPC;  // no error and no progress: there is no room
        if (done <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
}

void write(Files& files, const Fd& file, std::string_view bytes, const std::string& path) {
    if (!write_whole(files, file.get(), bytes)) failure(path);
}

std::size_t read_some(const Fd& file, char* data, std::size_t size, const std::string& path) {
    for (;;) {
        const auto n = ::read(file.get(), data, size);
        if (n >= 0) return static_cast<std::size_t>(n);
        if (errno != EINTR) failure(path);
    }
}

void sync(Files& files, const Fd& file, const std::string& path) {
    if (files.sync(file.get()) != 0) failure(path);
}

void sync_folder(Files& files, const std::string& path) {
    sync(files, open(files, path, O_RDONLY | O_DIRECTORY), path);
}

void rename(Files& files, const std::string& from, const std::string& to) {
    if (files.rename(from.c_str(), to.c_str()) != 0) failure(to);
}

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

void make_folder(Files& files, const std::string& path) {
    if (::mkdir(path.c_str(), 0700) == 0) return sync_folder(files, folder_of(path));
    if (errno != EEXIST) failure(path);
}

void write_file(Files& files, const std::string& path, std::string_view text) {
    auto draft = draft_of(files, path, text);
    rename(files, draft.path, path);
    draft.path.clear();
    sync_folder(files, folder_of(path));
}

bool write_new_file(Files& files, const std::string& path, std::string_view text) {
    const auto draft = draft_of(files, path, text);
    if (files.link(draft.path.c_str(), path.c_str()) != 0) {
        if (errno == EEXIST) return false;
        failure(path);
    }
    sync_folder(files, folder_of(path));
    return true;
}

Fd locked(Files& files, const std::string& path, int how) {
    auto file = open(files, path, O_RDWR | O_CREAT);
    while (::flock(file.get(), how) != 0)
        if (errno != EINTR) failure(path);
    return file;
}

}  // namespace yuanliu::disk
