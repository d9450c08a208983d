#include "kit/temp_folder.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>

namespace yuanliu {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view prefix = "yl-test-";

// In memory when the machine allows it: tests ask for thousands of fsyncs whose durability nobody checks.
fs::path base() {
    const fs::path memory = "/dev/shm";
    std::error_code failed;
    const auto space = fs::space(memory, failed);
    const bool roomy = !failed && space.available > (std::uintmax_t(1) << 30);
    return roomy && ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
}

void sweep() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(base(), ignored)) {
        const std::string name = entry.path().filename();
        if (!name.starts_with(prefix)) continue;
        const int pid = std::atoi(name.c_str() + prefix.size());
        if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), ignored);
    }
}

}  // namespace

TempFolder::TempFolder() {
    [[maybe_unused]] static const bool swept = (sweep(), true);
    std::string name = (base() / (std::string(prefix) + std::to_string(::getpid()) + "-XXXXXX")).string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make " + name);
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace yuanliu
