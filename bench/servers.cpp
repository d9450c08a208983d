#include "servers.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <thread>

#include "figures.hpp"
#include "wire.hpp"

namespace yuanliu::bench {
namespace {

bool answers_ok(std::uint16_t port, std::string_view request) {
    try {
        return ask(port, request).status == 200;
    } catch (const Failure&) {
        return false;  // not yet
    }
}

void await(Child& process, std::uint16_t port, const char* path, double seconds_max, const std::filesystem::path& log) {
    const auto request = request_text("GET", path);
    Stopwatch watch;
    while (!answers_ok(port, request)) {
        if (!process.running() || watch.seconds() > seconds_max)
            throw Failure("the server did not come up:\n" + read_text(log).substr(0, 2000));
        ::usleep(500);
    }
}

// nginx reads $ and quotes in its texts.
std::string nginx_text(std::string_view text) {
    std::string out = "'";
    for (char c : text) {
        if (c == '$') throw Failure("nginx cannot say a dollar sign");
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string nginx_program() {
    for (const char* path : {"/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"})
        if (::access(path, X_OK) == 0) return path;
    throw Failure("nginx is not installed");
}

}  // namespace

Yuanliu::Yuanliu(const std::filesystem::path& binary, const std::filesystem::path& data)
    : port_(free_port()), log_(data / "bench.log") {
    Command command;
    command.words = {binary.string(), "serve", "--listen", fmt::format("127.0.0.1:{}", port_), "--data", data.string()};
    command.environment = {{"RATE_LIMITS", "off"}, {"LOG_LEVEL", "warning"}, {"JWT_EXPIRE_MINUTES", "1440"}};
    command.folder = data;
    command.log = log_;
    Stopwatch watch;
    process_ = std::make_unique<Child>(command);
    await(*process_, port_, "/ready", 20, log_);
    ready_ms_ = watch.ms();
}

std::string Yuanliu::login(const std::string& username, const std::string& password) const {
    const auto body = fmt::format(R"({{"username":"{}","password":"{}"}})", username, password);
    return json_value(ask_well(port_, request_text("POST", "/api/login/", {}, body)), "access");
}

double Yuanliu::metric(const std::string& name) const {
    const auto text = ask_well(port_, request_text("GET", "/metrics"));
    double sum = 0;
    bool found = false;
    for (auto at = text.find("\n" + name); at != std::string::npos; at = text.find("\n" + name, at + 1)) {
        const char end = text[at + 1 + name.size()];
        if (end != ' ' && end != '{') continue;
        sum += std::strtod(text.c_str() + text.rfind(' ', text.find('\n', at + 1)), nullptr);
        found = true;
    }
    if (!found) throw Failure("no metric " + name);
    return sum;
}

Nginx::Nginx(const std::filesystem::path& folder, const std::string& body, std::size_t bytes) : port_(free_port()) {
    auto config = [&](std::size_t padding) {
        return fmt::format(
            "worker_processes 2;\ndaemon off;\npid nginx.pid;\nerror_log stderr;\nevents {{ worker_connections 4096; "
            "}}\n"
            "http {{\n access_log off;\n keepalive_requests 1000000000;\n keepalive_timeout 600;\n default_type "
            "application/json;\n"
            " client_body_temp_path body;\n proxy_temp_path proxy;\n fastcgi_temp_path fastcgi;\n uwsgi_temp_path "
            "uwsgi;\n"
            " scgi_temp_path scgi;\n server {{\n  listen 127.0.0.1:{} reuseport;\n  add_header X-Padding {};\n"
            "  location / {{ return 200 {}; }}\n }}\n}}\n",
            port_, nginx_text(std::string(padding, 'x')), nginx_text(body));
    };
    const auto file = folder / "nginx.conf", log = folder / "nginx.log";
    auto start = [&](std::size_t padding) {
        write_text(file, config(padding));
        Command command;
        command.words = {nginx_program(), "-p", folder.string(), "-c", file.string()};
        command.folder = folder;
        command.log = log;
        process_ = std::make_unique<Child>(command);
        await(*process_, port_, "/", 5, log);
        return ask(port_, request_text("GET", "/")).bytes;
    };
    const auto bare = start(1);
    if (bare >= bytes) return;
    process_.reset();
    port_ = free_port();
    start(1 + bytes - bare);
}

}  // namespace yuanliu::bench
