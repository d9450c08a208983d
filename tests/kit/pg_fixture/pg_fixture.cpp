// Keeps a private PostgreSQL for tests: made in a temporary folder, stopped and removed when it is no longer wanted.
//
//   pg_fixture start FILE           starts a keeper in the background, for as long as the caller's parent (ctest) lives
//   pg_fixture keep FILE PID FSYNC  is the keeper, for as long as process PID lives; FSYNC is on or off
//   pg_fixture stop FILE            ends the keeper
//
// FILE tells the tests where the server is, one value a line: address, keeper, postmaster (0: down), TCP port, how
// often it was started. The keeper takes SIGUSR1 (start again after an immediate stop), SIGUSR2 (stop at once, stay
// down) and SIGTERM.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;
constexpr int start_s_max = 60;

[[noreturn]] void die(const std::string& why) { throw std::runtime_error(why + ": " + std::strerror(errno)); }

void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

// True as soon as `ready` is; false after `seconds`.
bool wait_until(int seconds, const std::function<bool()>& ready) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (!ready()) {
        if (std::chrono::steady_clock::now() > end) return false;
        nap();
    }
    return true;
}

// The newest server installed in Debian's way.
fs::path binaries() {
    fs::path best;
    int best_version = 0;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql")) {
        const int version = std::atoi(entry.path().filename().c_str());
        if (version > best_version && fs::exists(entry.path() / "bin/initdb"))
            best_version = version, best = entry.path() / "bin";
    }
    if (best.empty()) throw std::runtime_error("PostgreSQL's server is not installed");
    return best;
}

class Keeper {
 public:
    Keeper(fs::path file, pid_t watched, bool fsync) : file_(std::move(file)), watched_(watched), fsync_(fsync) {}

    int run() {
        block_signals();
        make_folder();
        int code = 0;
        try {
            init();
            start();
            serve();
        } catch (const std::exception& e) {
            std::fprintf(stderr, "pg_fixture: %s\n", e.what());
            code = 1;
        }
        stop();
        fs::remove(file_);
        fs::remove_all(folder_);
        return code;
    }

 private:
    void block_signals() {
        sigemptyset(&signals_);
        for (int s : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2}) sigaddset(&signals_, s);
        sigprocmask(SIG_BLOCK, &signals_, &before_);
    }

    void make_folder() {
        // In memory when the machine allows it; a crash of the server's processes is the same there.
        const fs::path memory = "/dev/shm";
        std::error_code failed;
        const auto space = fs::space(memory, failed);
        const bool roomy = !failed && space.available > (std::uintmax_t(2) << 30) && access("/dev/shm", W_OK) == 0;
        std::string name = ((roomy ? memory : fs::temp_directory_path()) / "yl-pg-XXXXXX").string();
        if (!mkdtemp(name.data())) die(name);
        folder_ = name;
        // PostgreSQL refuses to run as root; Debian's package brings this user.
        if (getuid() != 0) return;
        user_ = getpwnam("postgres");
        if (!user_) throw std::runtime_error("there is no user postgres");
        if (chown(folder_.c_str(), user_->pw_uid, user_->pw_gid) != 0) die("chown");
    }

    // Starts a program in the folder, as PostgreSQL's user, that does not survive us. Its output goes to the log.
    pid_t spawn(const std::vector<std::string>& words) {
        std::vector<char*> argv;
        for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        const std::string log = folder_ / "log";
        const pid_t us = getpid();
        const pid_t child = fork();
        if (child < 0) die("fork");
        if (child > 0) return child;
        if (user_ && (setgid(user_->pw_gid) != 0 || setuid(user_->pw_uid) != 0)) _exit(126);
        prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after setuid, which takes it away
        if (getppid() != us) _exit(126);
        sigprocmask(SIG_SETMASK, &before_, nullptr);
        const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(out, 1);
        dup2(out, 2);
        if (chdir(folder_.c_str()) != 0) _exit(126);
        execv(argv[0], argv.data());
        _exit(127);
    }

    void init() {
        const pid_t child = spawn({binaries() / "initdb", "-D", folder_ / "data", "-U", "postgres", "-A", "trust",
                                   "--no-sync", "--encoding=UTF8", "--no-locale"});
        int status = 0;
        waitpid(child, &status, 0);
        if (status != 0) throw std::runtime_error("initdb failed:\n" + log_text());
    }

    void start() {
        if (!port_) port_ = free_port();  // the same after a restart: clients know it
        std::vector<std::string> words{binaries() / "postgres", "-D", folder_ / "data", "-k", folder_, "-p",
                                       std::to_string(port_)};
        const std::string durable = fsync_ ? "on" : "off";
        for (const auto& setting :
             {"fsync=" + durable, "full_page_writes=" + durable, std::string("listen_addresses=127.0.0.1"),
              std::string("max_connections=250"), std::string("shared_buffers=64MB"), std::string("jit=off"),
              std::string("max_wal_size=256MB")}) {
            words.push_back("-c");
            words.push_back(setting);
        }
        server_ = spawn(words);
        const bool up =
            wait_until(start_s_max, [&] { return waitpid(server_, nullptr, WNOHANG) == server_ || accepts(); });
        if (!up || kill(server_, 0) != 0) throw std::runtime_error("PostgreSQL did not start:\n" + log_text());
        ++starts_;
        tell();
    }

    // The postmaster writes its state into its pid file: "ready" once it takes sessions.
    bool accepts() const {
        std::ifstream in(folder_ / "data/postmaster.pid");
        std::string line, last;
        int number = 0, pid = 0;
        while (std::getline(in, line)) {
            if (++number == 1) pid = std::atoi(line.c_str());
            last = line;
        }
        return number >= 8 && pid == server_ && last.starts_with("ready");
    }

    void stop() {
        if (server_ <= 0) return;
        kill(server_, SIGQUIT);  // at once, as a crash would; the next start recovers
        if (!wait_until(10, [&] { return waitpid(server_, nullptr, WNOHANG) == server_; })) {
            kill(server_, SIGKILL);
            waitpid(server_, nullptr, 0);
        }
        server_ = 0;
    }

    // Until the watched process ends or somebody tells us to.
    void serve() {
        const int parent = static_cast<int>(syscall(SYS_pidfd_open, watched_, 0));
        const int told = signalfd(-1, &signals_, SFD_CLOEXEC);
        if (told < 0) die("signalfd");
        for (;;) {
            pollfd watch[] = {{told, POLLIN, 0}, {parent, POLLIN, 0}};
            if (poll(watch, 2, -1) < 0 && errno != EINTR) die("poll");
            if (parent < 0 || watch[1].revents) return;
            if (!watch[0].revents) continue;
            signalfd_siginfo info{};
            if (read(told, &info, sizeof info) != sizeof info) continue;
            if (info.ssi_signo != SIGUSR1 && info.ssi_signo != SIGUSR2) return;
            stop();
            if (info.ssi_signo == SIGUSR1)
                start();
            else
                tell();
        }
    }

    // Below the range from which the kernel takes ports for others while our server is down for a moment.
    static int free_port() {
        for (int i = 0; i < 1'000; ++i) {
            const int port = 15'000 + (static_cast<int>(getpid()) * 7 + i * 13) % 16'000;
            const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in at{};
            at.sin_family = AF_INET;
            at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            at.sin_port = htons(static_cast<std::uint16_t>(port));
            const bool free = bind(s, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
            close(s);
            if (free) return port;
        }
        throw std::runtime_error("no free port");
    }

    void tell() const {
        const fs::path draft = file_.string() + ".new";
        std::ofstream(draft) << "postgresql://postgres@/%s?host=" << folder_.string() << "&port=" << port_ << '\n'
                             << getpid() << '\n'
                             << server_ << '\n'
                             << port_ << '\n'
                             << starts_ << '\n';
        fs::rename(draft, file_);
    }

    std::string log_text() const {
        std::ifstream in(folder_ / "log");
        return {std::istreambuf_iterator<char>(in), {}};
    }

    fs::path file_, folder_;
    pid_t watched_, server_ = 0;
    bool fsync_;
    int port_ = 0, starts_ = 0;
    passwd* user_ = nullptr;
    sigset_t signals_{}, before_{};
};

// The keeper named in FILE, if it still runs; 0: none.
pid_t keeper_of(const fs::path& file) {
    std::ifstream in(file);
    std::string address;
    pid_t keeper = 0;
    if (!std::getline(in, address) || !(in >> keeper) || keeper <= 0) return 0;
    return kill(keeper, 0) == 0 ? keeper : 0;
}

int start(const fs::path& file, const std::string& self) {
    if (keeper_of(file)) return 0;
    fs::remove(file);
    const std::string watched = std::to_string(getppid());
    const pid_t child = fork();
    if (child == 0) {
        setsid();
        // ctest waits until all who hold its pipe are gone.
        const int nothing = open("/dev/null", O_RDWR);
        for (int fd : {0, 1, 2}) dup2(nothing, fd);
        execl(self.c_str(), self.c_str(), "keep", file.c_str(), watched.c_str(), "off", nullptr);
        _exit(127);
    }
    const bool up =
        wait_until(start_s_max, [&] { return fs::exists(file) || waitpid(child, nullptr, WNOHANG) == child; });
    if (up && fs::exists(file)) return 0;
    std::fprintf(stderr, "pg_fixture: the server did not start; try `pg_fixture keep FILE %d off`\n", int(getppid()));
    return 1;
}

int stop(const fs::path& file) {
    const pid_t keeper = keeper_of(file);
    if (!keeper) return 0;
    kill(keeper, SIGTERM);
    return wait_until(30, [&] { return !fs::exists(file); }) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    try {
        if (words.size() == 2 && words[0] == "start") return start(words[1], fs::read_symlink("/proc/self/exe"));
        if (words.size() == 2 && words[0] == "stop") return stop(words[1]);
        if (words.size() == 4 && words[0] == "keep")
            return Keeper(words[1], std::atoi(words[2].c_str()), words[3] == "on").run();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "pg_fixture: %s\n", e.what());
        return 1;
    }
    std::fprintf(stderr, "usage: pg_fixture start FILE | stop FILE | keep FILE PID on|off\n");
    return 2;
}
