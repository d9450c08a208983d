#include "base/files.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/env.hpp"

namespace yuanliu {

int Files::open(const char* path, int flags, mode_t mode) { return ::open(path, flags, mode); }
ssize_t Files::write(int fd, const void* bytes, std::size_t size) { return ::write(fd, bytes, size); }
int Files::sync(int fd) { return ::fsync(fd); }
int Files::sync_data(int fd) { return ::fdatasync(fd); }
int Files::rename(const char* from, const char* to) { return ::rename(from, to); }
int Files::link(const char* from, const char* to) { return ::link(from, to); }
int Files::unlink(const char* path) { return ::unlink(path); }

Files& Files::real() {
    static Files files;
    return files;
}

Files& Env::files() { return Files::real(); }

}  // namespace yuanliu
