#include "app/serve.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "app/keys.hpp"
#include "app/wiring.hpp"
#include "base/base64.hpp"
#include "modules/backups/backups.hpp"
#include "modules/identity/identity.hpp"
#include "modules/setup/setup.hpp"
#include "platform/audit/audit.hpp"

namespace yuanliu::app {
namespace {

constexpr int restart_signal = SIGUSR1;  // to ourselves: a restore has been staged
constexpr int restart_failed = 75;       // EX_TEMPFAIL: whoever supervises us starts us again

std::string random_password(Env& env) {
    unsigned char bytes[12];
    env.random(bytes);
    return base64url_encode({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

// Makes the first administrator on a database that has none, and says how to sign in. Said once: nothing keeps the
// password.
void ensure_administrator(Application& app, Env& env) {
    auto password = random_password(env);
    bool made = app.db().write([&](Tx& tx) {
        if (identity::has_admin(tx)) return false;
        identity::create_admin(tx, "admin", password);
        audit::record(tx, Actor::of_system("first start"), "identity.first_administrator");
        return true;
    });
    if (made)
        std::cout << "\n  First start. Sign in as\n\n      user      admin\n      password  " << password
                  << "\n\n  and change the password. This is shown only once.\n\n";
}

// For those who set up in the browser: the code that proves they may, or nothing when there is an administrator.
std::optional<std::string> setup_code(Application& app) {
    return app.db().write([](Tx& tx) { return setup::issue_code(tx); });
}

std::string shown_address(const Config& config, std::uint16_t port) {
    auto host = config.listen.substr(0, config.listen.rfind(':'));
    if (host == "127.0.0.1" || host == "0.0.0.0" || host == "[::]" || host == "[::1]") host = "localhost";
    return fmt::format("{}://{}:{}", config.tls_certificate.empty() ? "http" : "https", host, port);
}

// Descriptors are what connections cost: take all that the system allows.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void say_ready(const Config& config, std::uint16_t port, const std::optional<std::string>& setup_code) {
    const auto address = shown_address(config, port);
    std::cout << "Yuanliu "
              << "is ready\n"
              << "  API          " << address << "/api/\n"
              << "  Description  " << address << "/swagger-ui  " << address << "/redoc  " << address << "/rapidoc\n"
              << "  Data         " << (config.database_url.empty() ? database_url(config) : "the configured database")
              << ", files in " << config.data << "\n"
              << "Ctrl-C stops it." << std::endl;
    if (setup_code)
        std::cout << "\n  Nobody administers this installation yet. Open " << address
                  << "/ and set it up with\n\n      setup code  " << *setup_code << "\n\n  It is good until then."
                  << std::endl;
}

// True: the process shall start again.
bool run(const Config& config, const sigset_t& signals) {
    Env& env = Env::real();
    Application app(config, env);
    const auto site = site_of(config);
    backups::clear_staging(site);
    for (const auto& name : prepare_database(app.db(), config)) spdlog::info("migrated {}", name);
    backups::tell_outcome(app.db(), site);
    std::optional<std::string> code;
    if (config.setup == SetupMode::page)
        code = setup_code(app);
    else
        ensure_administrator(app, env);
    app.on_restart([] { ::kill(::getpid(), restart_signal); });
    const auto port = app.serve();
    app.start_background();
    say_ready(config, port, code);
    int signal = 0;
    do sigwait(&signals, &signal);
    while (signal == restart_signal && !app.wanted_restore());
    spdlog::info("stopping: finishing what is under way");
    app.stop_serving();
    app.stop_background();
    if (signal != restart_signal) return false;
    backups::save_and_commit(app.db(), site, *app.wanted_restore());
    return true;
}

// This program again with the same arguments; returns only when that cannot be done.
void start_again() {
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    std::vector<std::string> words;
    for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    spdlog::default_logger()->flush();
    std::cout.flush();
    ::execv("/proc/self/exe", argv.data());
    spdlog::error("cannot start again: {}", std::strerror(errno));
}

}  // namespace

int serve(Loaded& loaded) {
    // Blocked before any thread starts, so that all of them inherit it and only sigwait sees the signals.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, restart_signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    raise_descriptor_limit();
    backups::roll_forward(site_of(loaded.config));
    complete_secrets(loaded);
    if (!run(loaded.config, signals)) return 0;
    start_again();
    return restart_failed;
}

}  // namespace yuanliu::app
