// What the tests of this folder share: a scratch folder, other people's programs, and what the heap holds.
#pragma once

#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

#ifdef __SANITIZE_ADDRESS__
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // Debian's GCC ships no header for it
#endif

namespace yuanliu::print {

// Removed with everything in it.
class Scratch {
 public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "yl-print-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        folder_ = name;
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    std::string path(std::string_view name) const { return (folder_ / name).string(); }
    std::size_t files() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++count;
        return count;
    }

 private:
    std::filesystem::path folder_;
};

// The standard output of a command; a command that fails or is not installed fails the test.
inline std::string run(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "r");
    std::string out;
    std::array<char, 4096> block{};
    while (const std::size_t got = std::fread(block.data(), 1, block.size(), pipe)) out.append(block.data(), got);
    const int status = pclose(pipe);
    EXPECT_EQ(status, 0) << command << "\n" << out.substr(0, 2000);
    return out;
}

inline void save(const std::string& path, std::string_view bytes) { std::ofstream(path, std::ios::binary) << bytes; }
inline std::string load(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return std::move(out).str();
}
inline std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) lines.push_back(line);
    return lines;
}

// Bytes allocated and not freed, whatever the allocator keeps back.
inline std::int64_t live_heap_bytes() {
#ifdef __SANITIZE_ADDRESS__
    return static_cast<std::int64_t>(__sanitizer_get_current_allocated_bytes());
#else
    const struct mallinfo2 info = mallinfo2();
    return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
#endif
}

// "field code; field code" of what `call` refuses as invalid, or the code alone; "" when nothing is thrown.
template <typename Call>
std::string refusal(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        std::string text;
        for (const FieldProblem& problem : error.fields)
            text += (text.empty() ? "" : "; ") + problem.field + " " + problem.code;
        return text.empty() ? error.code : text;
    }
    return "";
}

}  // namespace yuanliu::print
