// Steps on the disk, each of which either has happened for good or throws. Whatever must not lose what it writes stands
// on these, and on nothing else.
#pragma once

#include <string>
#include <string_view>

#include "base/files.hpp"

namespace yuanliu::disk {

// A file descriptor that closes itself.
class Fd {
 public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    Fd& operator=(Fd&& other) noexcept;
    ~Fd();
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

 private:
    int fd_;
};

// Throws what errno says: no_space when the disk is full, internal otherwise; `what` is the path or the step that
// failed.
[[noreturn]] void failure(const std::string& what);

Fd open(Files& files, const std::string& path, int flags, mode_t mode = 0600);
// All of it, however few bytes the system takes at a time. False: errno tells why.
bool write_whole(Files& files, int fd, std::string_view bytes) noexcept;
void write(Files& files, const Fd& file, std::string_view bytes, const std::string& path);
// Returns how many bytes were read; 0 at the end.
std::size_t read_some(const Fd& file, char* data, std::size_t size, const std::string& path);
void sync(Files& files, const Fd& file, const std::string& path);
void sync_folder(Files& files, const std::string& path);
void rename(Files& files, const std::string& from, const std::string& to);
// The folder that a path stands in.
std::string folder_of(const std::string& path);
// Makes the folder, for its owner alone and durably, if it is not there.
void make_folder(Files& files, const std::string& path);

// A file for its owner alone, written and synced before it gets its name, in the place of one that is there.
void write_file(Files& files, const std::string& path, std::string_view text);
// The same, but never in the place of another: false when there is one.
bool write_new_file(Files& files, const std::string& path, std::string_view text);

// Makes the file if it is not there and waits for its lock (flock), which goes with the descriptor.
Fd locked(Files& files, const std::string& path, int how);

}  // namespace yuanliu::disk
