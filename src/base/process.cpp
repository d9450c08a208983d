#include "base/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/error.hpp"

extern char** environ;

namespace yuanliu {
namespace {

constexpr std::size_t said_max = 100'000;

// What the child printed on its standard error, to the end.
std::string read_all(int fd) {
    std::string out;
    char buffer[4096];
    for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR);)
        if (n > 0 && out.size() < said_max) out.append(buffer, static_cast<std::size_t>(n));
    return out;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (auto& word : words) out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

// Ours, but for the names that are given anew.
std::vector<std::string> environment_with(const std::vector<std::string>& more) {
    std::vector<std::string> out = more;
    for (char** e = environ; *e; ++e) {
        const std::string_view entry(*e);
        bool replaced = false;
        for (const auto& given : more)
            replaced = replaced || entry.starts_with(std::string_view(given).substr(0, given.find('=') + 1));
        if (!replaced) out.emplace_back(entry);
    }
    return out;
}

}  // namespace

std::string run_program(std::vector<std::string> words, const ProgramOptions& options) {
    int said[2];
    if (::pipe2(said, O_CLOEXEC) != 0) throw internal(std::string("pipe: ") + std::strerror(errno));
    auto environment = environment_with(options.environment);
    auto argv = pointers(words), envp = pointers(environment);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (options.input >= 0)
        posix_spawn_file_actions_adddup2(&actions, options.input, STDIN_FILENO);
    else
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (options.output >= 0) posix_spawn_file_actions_adddup2(&actions, options.output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, said[1], STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);

    pid_t child = 0;
    const int failed = posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), envp.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    ::close(said[1]);
    std::string text = failed ? words[0] + ": " + std::strerror(failed) : read_all(said[0]);
    ::close(said[0]);
    if (failed) return text;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (status == 0) return {};
    return text.empty() ? words[0] + " failed without a word" : text;
}

}  // namespace yuanliu
