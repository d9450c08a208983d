// A file that appears whole or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/disk.hpp"

namespace yuanliu::print {

// Bytes go to `<path>.part`; commit() flushes them to the disk and renames. Destroyed before that, it leaves nothing.
// One thread at a time.
class OutFile {
 public:
    // Throws internal when the file cannot be made, no_space when the disk is full.
    explicit OutFile(std::string path, Files& files = Files::real());
    ~OutFile();
    OutFile(const OutFile&) = delete;
    OutFile& operator=(const OutFile&) = delete;

    // Throws no_space or internal; the file then takes no more bytes and cannot be committed.
    void write(std::string_view bytes);
    std::uint64_t size() const { return size_; }  // bytes taken so far
    void commit();

 private:
    void require_open() const;
    void flush();

    Files& files_;
    std::string path_;
    std::string part_path_;
    disk::Fd file_;
    std::string buffer_;
    std::uint64_t size_ = 0;
    bool broken_ = false;
};

// Bytes put aside while a file is written, in a nameless file of the same folder, read back once. Same refusals.
class SpillFile {
 public:
    explicit SpillFile(const std::string& beside_path, Files& files = Files::real());
    SpillFile(const SpillFile&) = delete;
    SpillFile& operator=(const SpillFile&) = delete;

    void write(std::string_view bytes);
    std::uint64_t size() const { return size_; }
    void copy_to(OutFile&);

 private:
    void flush();

    Files& files_;
    std::string path_;
    disk::Fd file_;
    std::string buffer_;
    std::uint64_t size_ = 0;
};

}  // namespace yuanliu::print
