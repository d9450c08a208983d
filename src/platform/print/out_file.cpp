#include "platform/print/out_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace yuanliu::print {

namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;

}  // namespace

OutFile::OutFile(std::string path, Files& files)
    : files_(files),
      path_(std::move(path)),
      part_path_(path_ + ".part"),
      file_(disk::open(files, part_path_, O_WRONLY | O_CREAT | O_TRUNC, 0640)) {
    buffer_.reserve(buffer_bytes);
}

OutFile::~OutFile() {
    if (file_) files_.unlink(part_path_.c_str());
}

void OutFile::require_open() const {
    if (broken_ || !file_) throw internal("file " + part_path_ + " is no longer open for writing");
}

void OutFile::flush() {
    require_open();
    broken_ = true;  // until the bytes are out
    disk::write(files_, file_, buffer_, part_path_);
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
        disk::write(files_, file_, bytes, part_path_);
        broken_ = false;
    }
}

void OutFile::commit() {
    flush();
    disk::sync(files_, file_, part_path_);
    disk::rename(files_, part_path_, path_);
    file_ = disk::Fd();
    disk::sync_folder(files_, disk::folder_of(path_));
}

SpillFile::SpillFile(const std::string& beside_path, Files& files)
    : files_(files), path_(beside_path + ".spill"), file_(disk::open(files, path_, O_RDWR | O_CREAT | O_TRUNC)) {
    buffer_.reserve(buffer_bytes);
    files.unlink(path_.c_str());  // the kernel frees it with the descriptor, whatever becomes of this process
}

void SpillFile::flush() {
    disk::write(files_, file_, buffer_, path_);
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
        const ssize_t got = ::pread(file_.get(), block.data(), block.size(), static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) disk::failure(path_);
        if (got == 0) throw internal("a spill file is shorter than what was written to it");
        out.write(std::string_view(block.data(), static_cast<std::size_t>(got)));
        at += static_cast<std::uint64_t>(got);
    }
}

}  // namespace yuanliu::print
