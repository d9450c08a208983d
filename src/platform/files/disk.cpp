#include "platform/files/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace yuanliu::files {

Fd::~Fd() {
    if (fd_ >= 0) ::close(fd_);
}

void disk_failure(const std::string& what) {
    const int why = errno;
    auto text = fmt::format("{}: {}", what, std::strerror(why));
    if (why == ENOSPC || why == EDQUOT) throw Error(Fault::no_space, "no_space").log(text);
    throw internal(text);
}

Fd open_file(const std::string& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (fd < 0) disk_failure(path);
    return Fd(fd);
}

void write_all(const Fd& file, const char* data, std::size_t size, const std::string& path) {
    while (size > 0) {
        auto n = ::write(file.get(), data, size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) disk_failure(path);
        data += n;
        size -= std::size_t(n);
    }
}

std::size_t read_some(const Fd& file, char* data, std::size_t size, const std::string& path) {
    for (;;) {
        auto n = ::read(file.get(), data, size);
        if (n >= 0) return std::size_t(n);
        if (errno != EINTR) disk_failure(path);
    }
}

void sync_file(const Fd& file, const std::string& path) {
    if (::fsync(file.get()) != 0) disk_failure(path);
}

void sync_folder(const std::string& path) { sync_file(open_file(path, O_RDONLY | O_DIRECTORY), path); }

void make_folder(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) == 0) {
        sync_folder(path.substr(0, path.find_last_of('/')));
        return;
    }
    if (errno != EEXIST) disk_failure(path);
}

}  // namespace yuanliu::files
