// The disk as far as this process writes to it. Each call is the system call of its name, result and errno included;
// tests put a disk in its place that fails when they say so. disk.hpp has the steps that are made of these.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace yuanliu {

// Thread-safe.
class Files {
 public:
    virtual ~Files() = default;
    virtual int open(const char* path, int flags, mode_t mode);
    virtual ssize_t write(int fd, const void* bytes, std::size_t size);
    virtual int sync(int fd);       // fsync
    virtual int sync_data(int fd);  // fdatasync
    virtual int rename(const char* from, const char* to);
    virtual int link(const char* from, const char* to);
    virtual int unlink(const char* path);

    static Files& real();
};

}  // namespace yuanliu
