#include "process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "figures.hpp"

namespace yuanliu::bench {
namespace {

// In the child, between fork and exec: system calls only.
[[noreturn]] void become(const Command& command, char* const* words, int input) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const char* log = command.log.empty() ? "/dev/null" : command.log.c_str();
    const int out = ::open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(input, 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    if (!command.folder.empty() && ::chdir(command.folder.c_str()) != 0) ::_exit(126);
    for (const auto& [name, value] : command.environment) ::setenv(name.c_str(), value.c_str(), 1);
    ::execv(words[0], words);
    ::_exit(127);
}

double field_mb(const std::string& line) { return std::strtod(line.c_str() + line.find(':') + 1, nullptr) / 1024; }

}  // namespace

Child::Child(const Command& command) : name_(command.words.front()) {
    std::vector<char*> words;
    for (const auto& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Failure("no pipe");
    pid_ = ::fork();
    if (pid_ < 0) throw Failure("cannot start " + name_);
    if (pid_ == 0) become(command, words.data(), ends[0]);
    ::close(ends[0]);
    // A password or less: it fits into the pipe.
    if (::write(ends[1], command.input.data(), command.input.size()) < 0) throw Failure("cannot speak to " + name_);
    ::close(ends[1]);
}

Child::~Child() { stop(); }

bool Child::running() {
    if (pid_ < 0) return false;
    if (::waitpid(pid_, &status_, WNOHANG) == 0) return true;
    pid_ = -1;
    return false;
}

bool Child::reap(double seconds_max) {
    Stopwatch watch;
    while (running()) {
        if (watch.seconds() > seconds_max) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

void Child::wait(double seconds_max) {
    if (!reap(seconds_max)) throw Failure(fmt::format("{} did not end within {} s", name_, seconds_max));
    if (status_ != 0) throw Failure(fmt::format("{} failed with status {}", name_, status_));
}

void Child::stop() {
    if (!running()) return;
    ::kill(pid_, SIGTERM);
    if (reap(15)) return;
    ::kill(pid_, SIGKILL);
    reap(5);
}

Memory Child::memory() const {
    std::ifstream file(fmt::format("/proc/{}/status", pid_));
    Memory out;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("VmRSS:")) out.resident_mb = field_mb(line);
        if (line.starts_with("RssAnon:")) out.own_mb = field_mb(line);
        if (line.starts_with("VmHWM:")) out.peak_mb = field_mb(line);
    }
    return out;
}

std::uint16_t free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(fd);
    if (!bound) throw Failure("no free port");
    return ntohs(address.sin_port);
}

}  // namespace yuanliu::bench
