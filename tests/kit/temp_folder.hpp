// A folder for one test, gone afterwards.
#pragma once

#include <filesystem>
#include <string>

namespace yuanliu {

// Named after this process, so that folders of processes that crashed can be told from those in use: the first
// TempFolder of a process sweeps them away.
class TempFolder {
 public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
    std::filesystem::path path_;
};

}  // namespace yuanliu
