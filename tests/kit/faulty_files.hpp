// A disk that fails when a test says so.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>

#include "base/files.hpp"

namespace yuanliu {

class FaultyFiles : public Files {
 public:
    std::atomic<int> fail_syncs = 0;       // errno of every sync from now on; 0: they work
    std::atomic<int> fail_renames = 0;     // the same for a rename or link
    std::atomic<int> room = -1;            // bytes that still fit; -1: there is no end to them
    std::atomic<std::size_t> at_once = 0;  // bytes that one write takes at most; 0: all of them
    std::atomic<int> syncs = 0;            // so far

    ssize_t write(int fd, const void* bytes, std::size_t size) override {
        if (at_once > 0 && size > at_once) size = at_once;
        const int left = room;
        if (left == 0) return errno = ENOSPC, -1;
        if (left > 0 && size > std::size_t(left)) size = std::size_t(left);
        const auto done = Files::write(fd, bytes, size);
        if (left > 0 && done > 0) room -= int(done);
        return done;
    }
    int sync(int fd) override { return ++syncs, fail_syncs ? (errno = fail_syncs, -1) : Files::sync(fd); }
    int sync_data(int fd) override { return ++syncs, fail_syncs ? (errno = fail_syncs, -1) : Files::sync_data(fd); }
    int rename(const char* from, const char* to) override {
        return fail_renames ? (errno = fail_renames, -1) : Files::rename(from, to);
    }
    int link(const char* from, const char* to) override {
        return fail_renames ? (errno = fail_renames, -1) : Files::link(from, to);
    }
};

}  // namespace yuanliu
