#include "folder.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "figures.hpp"

namespace yuanliu::bench {

TempFolder::TempFolder(const std::filesystem::path& parent) {
    std::filesystem::create_directories(parent);
    std::string pattern = (parent / "run-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw Failure("cannot make a folder in " + parent.string());
    path_ = pattern;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

void write_text(const std::filesystem::path& file, std::string_view text) {
    std::ofstream out(file, std::ios::binary);
    out.write(text.data(), std::streamsize(text.size()));
    if (!out.flush()) throw Failure("cannot write " + file.string());
}

}  // namespace yuanliu::bench
