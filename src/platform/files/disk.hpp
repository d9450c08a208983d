// Small steps on the disk, each of which either has happened for good or throws.
#pragma once

#include <string>

namespace yuanliu::files {

// A file descriptor that closes itself.
class Fd {
 public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    Fd& operator=(Fd&&) = delete;
    ~Fd();
    int get() const { return fd_; }

 private:
    int fd_;
};

// Throws Error: no_space when the disk is full, internal otherwise; `what` is the path or the step that failed.
[[noreturn]] void disk_failure(const std::string& what);

Fd open_file(const std::string& path, int flags);
void write_all(const Fd& file, const char* data, std::size_t size, const std::string& path);
// Returns how many bytes were read; 0 at the end.
std::size_t read_some(const Fd& file, char* data, std::size_t size, const std::string& path);
void sync_file(const Fd& file, const std::string& path);
void sync_folder(const std::string& path);
// Makes the folder (and durably its name in its parent) if it is not there.
void make_folder(const std::string& path);

}  // namespace yuanliu::files
