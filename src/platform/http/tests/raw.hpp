// A client of plain POSIX sockets, so that the tests share no code and no mistake with the server.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/http/http.hpp"

namespace yuanliu::http {

inline std::int64_t since_start_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct Seen {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
};

class Client {
 public:
    explicit Client(std::uint16_t port, const char* from = nullptr)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (fd_ < 0) return;
        if (from != nullptr) {  // the kernel chooses for itself much faster
            sockaddr_in at{};
            at.sin_family = AF_INET;
            inet_pton(AF_INET, from, &at.sin_addr);
            ::bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at);
        }
        connect(port);
    }
    Client(Client&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), open_(other.open_), input_(std::move(other.input_)) {}
    Client& operator=(Client&& other) noexcept {
        std::swap(fd_, other.fd_);
        std::swap(open_, other.open_);
        std::swap(input_, other.input_);
        return *this;
    }
    ~Client() { close(); }

    void connect(std::uint16_t port) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
        open_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    }
    int fd() const { return fd_; }
    std::string& input() { return input_; }  // what came and was not taken yet
    bool open() const { return open_; }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    void end_sending() { ::shutdown(fd_, SHUT_WR); }

    // False when the server has hung up on us.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    // More bytes into the buffer: > 0, 0 at the end, < 0 for a timeout or reset (see `reset`).
    ssize_t fill(int timeout_ms = 5000) {
        pollfd waiting{fd_, POLLIN, 0};
        if (::poll(&waiting, 1, timeout_ms) <= 0) return -1;
        char piece[65536];
        const ssize_t got = ::recv(fd_, piece, sizeof piece, 0);
        if (got > 0) input_.append(piece, static_cast<std::size_t>(got));
        reset = got < 0;
        return got;
    }
    // Everything until the server closes. `closed` tells whether it did.
    std::string rest(int timeout_ms = 5000) {
        ssize_t got = 1;
        while (got > 0) got = fill(timeout_ms);
        closed = got == 0 || reset;
        return std::exchange(input_, {});
    }
    // One response; status 0 when none came.
    Seen response(bool head_only = false, int timeout_ms = 5000) {
        Seen seen;
        std::size_t end;
        while ((end = input_.find("\r\n\r\n")) == std::string::npos)
            if (fill(timeout_ms) <= 0) return seen;
        seen.status = std::atoi(input_.substr(9, 3).c_str());
        for (std::size_t at = input_.find("\r\n") + 2; at < end + 2;) {
            const std::size_t stop = input_.find("\r\n", at);
            const std::size_t colon = input_.find(':', at);
            std::string name = input_.substr(at, colon - at);
            for (char& c : name) c = static_cast<char>(std::tolower(c));
            seen.headers[name] = input_.substr(colon + 2, stop - colon - 2);
            at = stop + 2;
        }
        const auto announced = seen.headers.find("content-length");
        const std::size_t length =
            announced == seen.headers.end() ? 0 : std::strtoull(announced->second.c_str(), nullptr, 10);
        input_.erase(0, end + 4);
        if (head_only || seen.status == 100 || seen.status == 204 || seen.status == 304) return seen;
        while (input_.size() < length)
            if (fill(timeout_ms) <= 0) return seen;
        seen.body = input_.substr(0, length);
        input_.erase(0, length);
        return seen;
    }
    bool ended(int timeout_ms = 5000) {
        const std::string left = rest(timeout_ms);
        return closed && left.empty();
    }

    bool closed = false;
    bool reset = false;

 private:
    int fd_ = -1;
    bool open_ = false;
    std::string input_;
};

// Answers what a test tells it; by default an echo of what arrived.
class TestHandler : public Handler {
 public:
    std::function<BodyRule(const Request&)> rule = [](const Request&) { return BodyRule{}; };
    std::function<void(Request&&, Reply)> on = [](Request&& request, Reply reply) {
        Answer answer;
        answer.content_type = "text/plain";
        answer.body = request.method + " " + request.path + "?" + request.query + " " + request.body;
        reply(std::move(answer));
    };
    std::function<Welcome(const Request&)> welcome = [](const Request&) { return Welcome{}; };
    std::function<void(const Request&, Reply)> admits;
    BodyRule body_rule(const Request& head) override { return rule(head); }
    void admit(const Request& head, Reply reply) override { admits(head, std::move(reply)); }
    Welcome upgrade(const Request& request) override { return welcome(request); }
    void handle(Request&& request, Reply reply) override { on(std::move(request), std::move(reply)); }
    Answer refuse(const Request& request, int status, std::string_view code) override {
        Answer answer;
        answer.status = status;
        answer.content_type = "text/plain";
        answer.body = std::string(code) + " " + request.id;
        return answer;
    }
};

// A server on a free port with one I/O thread and its own upload folder.
class Served {
 public:
    explicit Served(std::function<void(Options&)> adjust = {}) {
        std::string pattern = (std::filesystem::temp_directory_path() / "yl-http-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        options.upload_dir = folder;
        options.io_threads = 1;
        options.limits.sweep_ms = 20;
        options.warn = [](std::string_view) {};
        if (adjust) adjust(options);
        server = std::make_unique<Server>(handler, options);
        server->start();
    }
    ~Served() {
        server.reset();
        std::filesystem::remove_all(folder);
    }
    Client client() { return Client(server->port()); }
    // One request on a connection of its own.
    Seen ask(const std::string& raw) {
        Client client(server->port());
        client.send(raw);
        return client.response(raw.substr(0, 4) == "HEAD");
    }
    std::size_t files() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
        return count;
    }

    TestHandler handler;
    Options options;
    std::string folder;
    std::unique_ptr<Server> server;
};

// Waits for something another thread brings about.
inline bool eventually(const std::function<bool()>& holds, int timeout_ms = 5000) {
    for (int waited = 0; waited < timeout_ms; waited += 5) {
        if (holds()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return holds();
}

inline std::string get(const std::string& target, const std::string& more = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

inline std::string post(const std::string& target, const std::string& body, const std::string& more = {}) {
    return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
           "\r\n" + body;
}

}  // namespace yuanliu::http
