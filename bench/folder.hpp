// Folders that go away again.
#pragma once

#include <filesystem>
#include <string>

namespace yuanliu::bench {

// A folder of our own under `parent`, removed with everything in it at the end.
class TempFolder {
 public:
    explicit TempFolder(const std::filesystem::path& parent);
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, std::string_view text);

}  // namespace yuanliu::bench
