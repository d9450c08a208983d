#include "base/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

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

// How a child begins: with the descriptors it is given and no other, and with none of our blocked signals.
class Start {
 public:
    Start() {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
    }
    ~Start() {
        posix_spawnattr_destroy(&attributes_);
        posix_spawn_file_actions_destroy(&actions_);
    }
    Start(const Start&) = delete;
    void give(int ours, int theirs) { posix_spawn_file_actions_adddup2(&actions_, ours, theirs); }
    void give_nothing(int theirs) { posix_spawn_file_actions_addopen(&actions_, theirs, "/dev/null", O_RDONLY, 0); }
    // Returns 0, or the errno of what failed.
    int run(std::vector<std::string>& words, std::vector<std::string>& environment, pid_t& child) {
        posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        auto argv = pointers(words), envp = pointers(environment);
        return posix_spawnp(&child, argv[0], &actions_, &attributes_, argv.data(), envp.data());
    }

 private:
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace

std::string run_program(std::vector<std::string> words, const ProgramOptions& options) {
    int said[2];
    if (::pipe2(said, O_CLOEXEC) != 0) throw internal(std::string("pipe: ") + std::strerror(errno));
    auto environment = environment_with(options.environment);
    Start start;
    if (options.input >= 0)
        start.give(options.input, STDIN_FILENO);
    else
        start.give_nothing(STDIN_FILENO);
    if (options.output >= 0) start.give(options.output, STDOUT_FILENO);
    start.give(said[1], STDERR_FILENO);
    pid_t child = 0;
    const int failed = start.run(words, environment, child);
    ::close(said[1]);
    std::string text = failed ? words[0] + ": " + std::strerror(failed) : read_all(said[0]);
    ::close(said[0]);
    if (failed) return text;
    if (wait_for(child) == 0) return {};
    return text.empty() ? words[0] + " failed without a word" : text;
}

Companion::Companion(std::vector<std::string> words, std::vector<std::string> environment) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw internal(std::string("socketpair: ") + std::strerror(errno));
    Start start;
    start.give(ends[1], STDIN_FILENO);
    start.give(ends[1], STDOUT_FILENO);
    const int failed = start.run(words, environment, child_);
    ::close(ends[1]);
    socket_ = ends[0];
    if (failed == 0) return;
    ::close(socket_);
    throw internal(words[0] + ": " + std::strerror(failed));
}

Companion::~Companion() { end(); }

std::string Companion::end() {
    if (socket_ < 0) return {};
    ::close(std::exchange(socket_, -1));
    ::kill(child_, SIGKILL);  // does nothing to one that has ended: its state waits for us
    const int status = wait_for(child_);
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                               : "exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace yuanliu
