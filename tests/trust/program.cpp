#include "trust/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "app/config.hpp"
#include "platform/describe/record.hpp"
#include "trust/client.hpp"

extern char** environ;

namespace yuanliu::trust {
namespace {

std::string binary() {
    const char* other = std::getenv("YL_BINARY");
    return other && *other ? other : YL_BINARY;
}

// Our environment without the program's settings: those of the machine are not what is tested.
std::vector<std::string> environment(const std::map<std::string, std::string>& settings) {
    std::vector<std::string> out;
    for (char** e = environ; *e; ++e) {
        const std::string_view entry(*e);
        const auto name = entry.substr(0, entry.find('='));
        bool ours = settings.contains(std::string(name));
        for (const auto& field : record_of<app::Config>().fields) {
            std::string upper(field.name);
            for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            ours = ours || upper == name;
        }
        if (!ours) out.emplace_back(entry);
    }
    for (const auto& [name, value] : settings) out.push_back(name + "=" + value);
    return out;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (auto& word : words) out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

// Starts it with its three streams in files of `own`; it does not outlive us.
pid_t start(std::vector<std::string> words, const Launch& launch, const TempFolder& own) {
    std::filesystem::create_directories(own.path() / "empty");
    const std::string folder = launch.folder.empty() ? own.file("empty") : launch.folder;
    write_text(own.file("in"), launch.input);
    auto settings = environment(launch.settings);
    auto argv = pointers(words), envp = pointers(settings);
    const int in = ::open(own.file("in").c_str(), O_RDONLY | O_CLOEXEC);
    const int out = ::open(own.file("out").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const int err = ::open(own.file("err").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const pid_t us = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {  // only what a signal handler may call: other threads may hold locks
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != us || ::chdir(folder.c_str()) != 0) ::_exit(126);
        ::dup2(in, 0), ::dup2(out, 1), ::dup2(err, 2);
        ::execvpe(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
    ::close(in), ::close(out), ::close(err);
    if (child < 0) throw std::runtime_error("cannot fork");
    return child;
}

int code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

Ended finish(pid_t child, const TempFolder& own) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return {code_of(status), read_text(own.file("out")), read_text(own.file("err"))};
}

std::vector<std::string> words_of(const Launch& launch) {
    std::vector<std::string> words = launch.under;
    words.push_back(binary());
    words.insert(words.end(), launch.words.begin(), launch.words.end());
    return words;
}

}  // namespace

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

void write_text(const std::string& path, std::string_view text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

Ended run_verb(const Launch& launch) {
    const TempFolder own;
    return finish(start(words_of(launch), launch, own), own);
}

Ended run_verb(std::vector<std::string> words, std::map<std::string, std::string> settings) {
    return run_verb({.words = std::move(words), .settings = std::move(settings)});
}

Ended run_program(const std::vector<std::string>& words) {
    const TempFolder own;
    return finish(start(words, {}, own), own);
}

Server::Server(std::string data, Launch launch) : data_(std::move(data)) {
    launch.settings.try_emplace("LOG_LEVEL", "warning");
    launch.settings.try_emplace("RATE_LIMITS", "off");
    launch.words.insert(launch.words.begin(), {"serve", "--listen", "127.0.0.1:0", "--data", data_});
    const auto begun = clock_ms();
    pid_ = start(words_of(launch), launch, own_);
    const std::string mark = "http://localhost:";
    while (clock_ms() - begun < 60'000) {
        const auto text = out();
        const auto at = text.find(mark);
        if (text.find("Ctrl-C") != std::string::npos && at != std::string::npos) {
            port_ = static_cast<std::uint16_t>(std::atoi(text.c_str() + at + mark.size()));
            ready_ms_ = static_cast<int>(clock_ms() - begun);
            return;
        }
        if (!runs()) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    crash();
    throw std::runtime_error("the server did not start:\n" + out() + log());
}

Server::~Server() { crash(); }

std::string Server::out() const { return read_text(own_.file("out")); }
std::string Server::log() const { return read_text(own_.file("err")); }

std::string Server::first_password() const {
    std::istringstream text(out());
    for (std::string word; text >> word;)
        if (word == "password" && text >> word) return word;
    return "";
}

bool Server::await_restart() {
    ++starts_;
    const std::string mark = "http://localhost:";
    for (const auto begun = clock_ms(); clock_ms() - begun < 60'000 && runs();) {
        const auto text = out();
        std::size_t seen = 0;
        for (auto at = text.find("Ctrl-C"); at != std::string::npos; at = text.find("Ctrl-C", at + 1)) ++seen;
        if (seen >= starts_) {
            port_ = static_cast<std::uint16_t>(std::atoi(text.c_str() + text.rfind(mark) + mark.size()));
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

void Server::signal(int number) {
    if (!ended_) ::kill(pid_, number);
}

std::optional<int> Server::wait(int timeout_ms) {
    const auto deadline = clock_ms() + timeout_ms;
    while (!ended_) {
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            ended_ = code_of(status);
            break;
        }
        if (clock_ms() >= deadline) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return ended_;
}

void Server::crash() {
    signal(SIGKILL);
    wait(10'000);
}

std::optional<int> Server::stop() {
    signal(SIGTERM);
    return wait(10'000);
}

void Server::limit(__rlimit_resource what, rlim_t soft) {
    rlimit now{};
    if (::prlimit(pid_, what, nullptr, &now) != 0) throw std::runtime_error("cannot read a limit");
    now.rlim_cur = soft;
    if (::prlimit(pid_, what, &now, nullptr) != 0) throw std::runtime_error("cannot set a limit");
}

double Server::cpu_s() const {
    auto text = read_text("/proc/" + std::to_string(pid_) + "/stat");
    std::istringstream fields(text.substr(text.rfind(')') + 1));  // the name before may hold anything
    std::string skipped;
    for (int i = 3; i < 14; ++i) fields >> skipped;
    long user = 0, system = 0;
    fields >> user >> system;
    return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace yuanliu::trust
