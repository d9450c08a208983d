#include "platform/db/postgres_dump.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <vector>

#include "base/error.hpp"

extern char** environ;

namespace yuanliu {
namespace {

// The address without its password, in the form libpq's tools read; the password apart.
struct Address {
    std::string text, password;
};
Address address_of(const std::string& url) {
    char* message = nullptr;
    std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(url.c_str(), &message),
                                                                         PQconninfoFree);
    if (!options) {
        std::string why = message ? message : "out of memory";
        PQfreemem(message);
        throw internal("cannot read DATABASE_URL: " + why);
    }
    Address out;
    for (auto* option = options.get(); option->keyword; ++option) {
        if (!option->val) continue;
        if (std::string_view(option->keyword) == "password") {
            out.password = option->val;
            continue;
        }
        std::string quoted;
        for (const char* c = option->val; *c; ++c) {
            if (*c == '\'' || *c == '\\') quoted += '\\';
            quoted += *c;
        }
        out.text += fmt::format("{}='{}' ", option->keyword, quoted);
    }
    return out;
}

// What the child printed on its standard error, to the end.
std::string read_all(int fd) {
    std::string out;
    char buffer[4096];
    for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR);)
        if (n > 0 && out.size() < 100'000) out.append(buffer, static_cast<std::size_t>(n));
    return out;
}

// Runs one of PostgreSQL's tools to its end; its standard output goes to `output` unless that is -1. Returns what it
// said on its standard error when it failed, nothing otherwise.
std::string run_tool(std::vector<std::string> words, const std::string& password, int output) {
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) throw internal(fmt::format("pipe: {}", std::strerror(errno)));
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::string secret = "PGPASSWORD=" + password;
    std::vector<char*> environment;
    for (char** e = environ; *e; ++e)
        if (!std::string_view(*e).starts_with("PGPASSWORD=") || password.empty()) environment.push_back(*e);
    if (!password.empty()) environment.push_back(secret.data());
    environment.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (output >= 0) posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipe[1], STDERR_FILENO);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    std::string said = failed ? std::strerror(failed) : read_all(pipe[0]);
    ::close(pipe[0]);
    int status = failed ? 1 : 0;
    if (!failed)
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
    if (status == 0) return {};
    return said.empty() ? "it failed without a word" : said;
}

}  // namespace

void postgres_dump(const std::string& url, const std::string& path) {
    const Address address = address_of(url);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) throw internal(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
    auto said =
        run_tool({"pg_dump", "--format=custom", "--no-password", "--dbname=" + address.text}, address.password, file);
    if (said.empty() && ::fsync(file) != 0) said = std::strerror(errno);
    ::close(file);
    if (said.empty()) return;
    ::unlink(path.c_str());
    throw internal(fmt::format("pg_dump failed: {}", said));
}

void postgres_restore(const std::string& url, const std::string& path, bool clean) {
    const Address address = address_of(url);
    std::vector<std::string> words{"pg_restore", "--single-transaction", "--exit-on-error",
                                   "--no-owner", "--no-password",        "--dbname=" + address.text};
    if (clean) words.insert(words.end(), {"--clean", "--if-exists"});
    words.push_back(path);
    if (auto said = run_tool(std::move(words), address.password, -1); !said.empty())
        throw internal(fmt::format("pg_restore failed, nothing was changed: {}", said));
}

}  // namespace yuanliu
