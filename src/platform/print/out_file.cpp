#include "platform/print/out_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace yuanliu::print {

namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;

[[noreturn]] void fail(const std::string& what, int error) {
    std::string text = what + ": " + std::strerror(error);
    if (error == ENOSPC || error == EDQUOT || error == EFBIG)
        throw Error(Fault::no_space, "no_space").log(std::move(text));
    throw internal(std::move(text));
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(fd, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) fail("cannot write a file", errno);
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
}

// The folder of a path, for making its entries durable.
std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

void sync_folder(const std::string& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) fail("cannot open " + folder, errno);
    const int result = ::fsync(fd);
    const int error = errno;
    ::close(fd);
    if (result != 0) fail("cannot flush " + folder, error);
}

}  // namespace

OutFile::OutFile(std::string path) : path_(std::move(path)), part_path_(path_ + ".part") {
    buffer_.reserve(buffer_bytes);
    fd_ = ::open(part_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd_ < 0) fail("cannot create " + part_path_, errno);
}

OutFile::~OutFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(part_path_.c_str());
}

void OutFile::require_open() const {
    if (broken_ || fd_ < 0) throw internal("file " + part_path_ + " is no longer open for writing");
}

void OutFile::flush() {
    require_open();
    broken_ = true;  // until the bytes are out
    write_all(fd_, buffer_);
    buffer_.clear();
    broken_ = false;
}

void OutFile::write(std::string_view bytes) {
    require_open();
    size_ += bytes.size();
    if (buffer_.size() + bytes.size() > buffer_bytes) flush();
    if (bytes.size() <= buffer_bytes) {
        buffer_ += bytes;
    } else {
        broken_ = true;
        write_all(fd_, bytes);
        broken_ = false;
    }
}

void OutFile::commit() {
    flush();
    if (::fdatasync(fd_) != 0) fail("cannot flush " + part_path_, errno);
    if (::rename(part_path_.c_str(), path_.c_str()) != 0) fail("cannot rename " + part_path_, errno);
    ::close(std::exchange(fd_, -1));
    sync_folder(folder_of(path_));
}

SpillFile::SpillFile(const std::string& beside_path) {
    buffer_.reserve(buffer_bytes);
    const std::string path = beside_path + ".spill";
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd_ < 0) fail("cannot create " + path, errno);
    ::unlink(path.c_str());  // the kernel frees it with the descriptor, whatever becomes of this process
}

SpillFile::~SpillFile() { ::close(fd_); }

void SpillFile::flush() {
    write_all(fd_, buffer_);
    buffer_.clear();
}

void SpillFile::write(std::string_view bytes) {
    size_ += bytes.size();
    if (buffer_.size() + bytes.size() > buffer_bytes) flush();
    buffer_ += bytes;
}

void SpillFile::copy_to(OutFile& out) {
    flush();
    std::string block(buffer_bytes, '\0');
    for (std::uint64_t at = 0; at < size_;) {
        const ssize_t got = ::pread(fd_, block.data(), block.size(), static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("cannot read back a file", errno);
        if (got == 0) throw internal("a spill file is shorter than what was written to it");
        out.write(std::string_view(block.data(), static_cast<std::size_t>(got)));
        at += static_cast<std::uint64_t>(got);
    }
}

}  // namespace yuanliu::print
