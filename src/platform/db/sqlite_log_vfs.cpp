#include "platform/db/sqlite_log_vfs.hpp"

#include <fcntl.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>
#include <string>

#include "base/disk.hpp"
#include "base/error.hpp"

namespace yuanliu {
namespace {

constexpr std::size_t kept_bytes_max = (1 << 17) - 1;  // the unix VFS writes no more at once
constexpr int frame_head_bytes = 24;                   // https://www.sqlite.org/fileformat2.html#walformat

// The head of a frame ends a commit when it tells the size of the database: bytes 4 to 7, zero in all other frames.
bool ends_commit(const void* head) {
    const auto* size = static_cast<const char*>(head) + 4;
    return std::any_of(size, size + 4, [](char byte) { return byte != 0; });
}

// A log. The file beneath lies right behind it, in the memory that SQLite gave.
struct Log : sqlite3_file {
    Files* files = nullptr;
    std::string path;
    disk::Fd
        to_sync;  // of the same file: SQLite does not tell its own. Nobody locks a log, so closing it unlocks nothing
    bool is_named = false;  // its entry in the folder is on the disk, too
    std::string kept;
    sqlite3_int64 at = 0;     // where `kept` belongs
    sqlite3_int64 next = -1;  // where the last write ended
    bool commits = false;     // the head of a commit's last frame was written, its page is next

    sqlite3_file* beneath() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    const sqlite3_io_methods& below() { return *beneath()->pMethods; }

    // What fails is not kept: SQLite rolls back, and writes those frames anew or never.
    int flush() {
        if (kept.empty()) return SQLITE_OK;
        int code = below().xWrite(beneath(), kept.data(), int(kept.size()), at);
        kept.clear();
        return code;
    }
    // Without a sync at each commit (a bulk load under synchronous=OFF) others look for its frames at once.
    int append(const void* data, int bytes, sqlite3_int64 offset) {
        const bool head = bytes == frame_head_bytes, follows = offset == next, page_of_commit = !head && commits;
        if (int code = keep(data, bytes, offset); code != SQLITE_OK) return code;
        next = offset + bytes;
        commits = head && ends_commit(data);
        const bool rewritten = head && !follows;  // an older frame gets a new checksum, and no page comes after it
        return page_of_commit || rewritten ? flush() : SQLITE_OK;
    }
    int keep(const void* data, int bytes, sqlite3_int64 offset) {
        const auto end = at + sqlite3_int64(kept.size());
        if (!kept.empty() && (offset != end || kept.size() + std::size_t(bytes) > kept_bytes_max))
            if (int code = flush(); code != SQLITE_OK) return code;
        if (kept.empty()) at = offset;
        try {
            kept.append(static_cast<const char*>(data), std::size_t(bytes));
        } catch (const std::bad_alloc&) {
            return SQLITE_IOERR_NOMEM;
        }
        return SQLITE_OK;
    }
};

Log& log_of(sqlite3_file* file) { return *static_cast<Log*>(file); }

// Runs a method of the file beneath once it holds everything.
template <auto method, class... A>
int after_flush(sqlite3_file* file, A... arguments) {
    if (int code = log_of(file).flush(); code != SQLITE_OK) return code;
    return (log_of(file).below().*method)(log_of(file).beneath(), arguments...);
}
template <auto method, class... A>
int straight(sqlite3_file* file, A... arguments) {
    return (log_of(file).below().*method)(log_of(file).beneath(), arguments...);
}

int close(sqlite3_file* file) {
    auto& self = log_of(file);
    self.flush();  // whatever fails here was never promised to anybody
    int code = self.below().xClose(self.beneath());
    std::destroy_at(&self);
    return code;
}
int write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
    return log_of(file).append(data, bytes, offset);
}

int sync(sqlite3_file* file, int) {
    auto& self = log_of(file);
    if (int code = self.flush(); code != SQLITE_OK) return code;
    if (self.files->sync_data(self.to_sync.get()) != 0) return SQLITE_IOERR_FSYNC;
    if (self.is_named) return SQLITE_OK;
    const disk::Fd folder(self.files->open(disk::folder_of(self.path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
    if (!folder || (self.files->sync(folder.get()) != 0 && errno != EINVAL)) return SQLITE_IOERR_DIR_FSYNC;
    self.is_named = true;
    return SQLITE_OK;
}

using Methods = sqlite3_io_methods;
constexpr Methods log_methods = {
    .iVersion = 1,  // a log is neither mapped nor shared memory
    .xClose = close,
    .xRead = after_flush<&Methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = write,
    .xTruncate = after_flush<&Methods::xTruncate, sqlite3_int64>,
    .xSync = sync,
    .xFileSize = after_flush<&Methods::xFileSize, sqlite3_int64*>,
    .xLock = straight<&Methods::xLock, int>,
    .xUnlock = straight<&Methods::xUnlock, int>,
    .xCheckReservedLock = straight<&Methods::xCheckReservedLock, int*>,
    .xFileControl = straight<&Methods::xFileControl, int, void*>,
    .xSectorSize = straight<&Methods::xSectorSize>,
    .xDeviceCharacteristics = straight<&Methods::xDeviceCharacteristics>,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

struct Below {
    sqlite3_vfs* vfs;
    Files* files;
};
sqlite3_vfs& beneath(sqlite3_vfs* vfs) { return *static_cast<Below*>(vfs->pAppData)->vfs; }

// Only logs are ours; any other file is the file beneath itself.
int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto& below = beneath(vfs);
    if ((flags & SQLITE_OPEN_WAL) == 0) return below.xOpen(&below, name, file, flags, out_flags);
    auto* self = new (file) Log;
    self->pMethods = nullptr;
    int code = below.xOpen(&below, name, self->beneath(), flags, out_flags);
    if (code == SQLITE_OK) {
        self->files = static_cast<Below*>(vfs->pAppData)->files;
        self->path = name;
        self->to_sync = disk::Fd(self->files->open(name, O_RDWR | O_CLOEXEC, 0));
        if (!self->to_sync) self->below().xClose(self->beneath()), code = SQLITE_CANTOPEN;
    }
    if (code == SQLITE_OK)
        self->pMethods = &log_methods;
    else
        std::destroy_at(self), file->pMethods = nullptr;
    return code;
}

// Everything but opening files is done beneath. Extensions are not loaded through this one.
template <auto method, class... A>
int pass(sqlite3_vfs* vfs, A... arguments) {
    auto& below = beneath(vfs);
    return (below.*method)(&below, arguments...);
}

}  // namespace

void register_log_vfs(const char* name, const char* beneath_name, Files& files) {
    if (sqlite3_vfs_find(name)) return;
    auto* below = sqlite3_vfs_find(beneath_name);
    if (!below) throw internal("no SQLite VFS to stand on");
    using V = sqlite3_vfs;
    auto* vfs = new V{};  // SQLite keeps the pointer for as long as the program runs
    vfs->iVersion = 2;
    vfs->szOsFile = int(sizeof(Log)) + below->szOsFile;
    vfs->mxPathname = below->mxPathname;
    vfs->zName = name;
    vfs->pAppData = new Below{below, &files};
    vfs->xOpen = open;
    vfs->xDelete = pass<&V::xDelete, const char*, int>;
    vfs->xAccess = pass<&V::xAccess, const char*, int, int*>;
    vfs->xFullPathname = pass<&V::xFullPathname, const char*, int, char*>;
    vfs->xRandomness = pass<&V::xRandomness, int, char*>;
    vfs->xSleep = pass<&V::xSleep, int>;
    vfs->xCurrentTime = pass<&V::xCurrentTime, double*>;
    vfs->xGetLastError = pass<&V::xGetLastError, int, char*>;
    vfs->xCurrentTimeInt64 = pass<&V::xCurrentTimeInt64, sqlite3_int64*>;
    if (int code = sqlite3_vfs_register(vfs, 0); code != SQLITE_OK)
        throw internal(std::string("cannot register a SQLite VFS: ") + sqlite3_errstr(code));
}

}  // namespace yuanliu
