#include "kit/postgres_server.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace yuanliu {
namespace {

void wait_until(const char* what, const std::function<bool()>& ready) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!ready()) {
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error(std::string("waited too long for ") + what);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

}  // namespace

// What pg_fixture wrote down (see there).
struct PostgresServer::Facts {
    std::string address;  // %s: the database's name
    pid_t keeper = 0, postmaster = 0;
    int port = 0, starts = 0;
};

PostgresServer::PostgresServer(Options options) { start(options.fsync); }

PostgresServer::~PostgresServer() {
    if (!ours_) return;
    const pid_t keeper = facts().keeper;
    if (keeper > 0) {
        ::kill(keeper, SIGTERM);
        ::waitpid(keeper, nullptr, 0);
    }
}

PostgresServer& PostgresServer::shared() {
    static PostgresServer server;
    static const bool found = server.adopt(YL_PG_URL_FILE) || (server.start(false), true);
    static_cast<void>(found);
    return server;
}

bool PostgresServer::adopt(const std::string& file) {
    file_ = file;
    const Facts known = facts();
    return known.keeper > 0 && ::kill(known.keeper, 0) == 0;
}

void PostgresServer::start(bool fsync) {
    folder_ = std::make_unique<TempFolder>();
    file_ = folder_->file("url");
    ours_ = true;
    std::string words[] = {YL_PG_FIXTURE, "keep", file_, std::to_string(::getpid()), fsync ? "on" : "off"};
    char* argv[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), words[4].data(), nullptr};
    pid_t keeper = 0;
    if (::posix_spawn(&keeper, argv[0], nullptr, nullptr, argv, environ) != 0)
        throw std::runtime_error("cannot start " + words[0]);
    wait_until("PostgreSQL to start", [&] {
        if (::waitpid(keeper, nullptr, WNOHANG) == keeper) throw std::runtime_error("PostgreSQL did not start");
        return facts().starts > 0;
    });
}

PostgresServer::Facts PostgresServer::facts() const {
    Facts out;
    std::ifstream in(file_);
    std::getline(in, out.address);
    in >> out.keeper >> out.postmaster >> out.port >> out.starts;
    return out;
}

std::string PostgresServer::url(const std::string& database) const {
    std::string address = facts().address;
    address.replace(address.find("%s"), 2, database);
    return address;
}

std::string PostgresServer::tcp_url(const std::string& database) const {
    return "postgresql://postgres@127.0.0.1:" + std::to_string(facts().port) + "/" + database;
}

int PostgresServer::postmaster() const { return facts().postmaster; }

void PostgresServer::tell(int signal) {
    if (!ours_) throw std::runtime_error("the shared server is not to be stopped");
    ::kill(facts().keeper, signal);
}

void PostgresServer::restart_at_once() {
    const int starts = facts().starts;
    tell(SIGUSR1);
    wait_until("PostgreSQL to start again", [&] { return facts().starts > starts; });
}

void PostgresServer::stop_at_once() {
    tell(SIGUSR2);
    wait_until("PostgreSQL to stop", [&] { return facts().postmaster == 0; });
}

// The postmaster first, so that it starts no more, then every process that it has started.
void PostgresServer::tell_all(int signal) const {
    const int postmaster = facts().postmaster;
    if (!ours_ || postmaster <= 0) throw std::runtime_error("the shared server is not to be held");
    ::kill(postmaster, signal);
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream in(entry.path() / "stat");
        std::string text;
        std::getline(in, text);
        const auto name_end = text.rfind(')');
        if (name_end == std::string::npos) continue;
        char state = 0;
        int parent = 0;
        std::istringstream(text.substr(name_end + 1)) >> state >> parent;
        if (parent == postmaster) ::kill(std::stoi(entry.path().filename()), signal);
    }
}

void PostgresServer::stand_still() { tell_all(SIGSTOP); }
void PostgresServer::go_on() { tell_all(SIGCONT); }

}  // namespace yuanliu
