#include "trust/client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>

#include "base/error.hpp"
#include "base/text.hpp"

namespace yuanliu::trust {
namespace {

std::optional<Json> find(Json json, std::string_view path) {
    while (!path.empty()) {
        const auto step = path.substr(0, path.find_first_of(".[", 1));
        path.remove_prefix(step.size());
        if (path.starts_with('.')) path.remove_prefix(1);
        std::size_t wanted = 0, at = 0;
        if (step.starts_with('[')) std::from_chars(step.data() + 1, step.data() + step.size(), wanted);
        std::optional<Json> next;
        for (auto [key, value] : json)
            if (step.starts_with('[') ? at++ == wanted : key == step) next = value;
        if (!next) return {};
        json = *next;
    }
    return json;
}

// Reads the status line and the headers.
std::optional<Answer> parse_head(std::string_view head) {
    Answer answer;
    if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) return {};
    std::from_chars(head.data() + 9, head.data() + 12, answer.status);
    for (auto at = head.find("\r\n"); at != std::string_view::npos;) {
        const auto end = head.find("\r\n", at + 2);
        const auto line = head.substr(at + 2, end == std::string_view::npos ? end : end - at - 2);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return {};
        answer.headers.emplace_back(lower_ascii(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
        at = end;
    }
    return answer;
}

}  // namespace

std::int64_t clock_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

std::string Answer::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return "";
}

const JsonDocument* Answer::json() const {
    try {
        if (!parsed_) parsed_ = JsonDocument::parse(body);
    } catch (const Error&) {
        return nullptr;
    }
    return parsed_.get();
}

std::string Answer::at(std::string_view path) const {
    const auto found = json() ? find(json()->root(), path) : std::nullopt;
    return found ? std::string(found->text()) : "";
}

std::size_t Answer::count(std::string_view path) const {
    const auto found = json() ? find(json()->root(), path) : std::nullopt;
    return found ? found->size() : 0;
}

int dial(std::uint16_t port, const std::string& from) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    sockaddr_in own{}, there{};
    own.sin_family = there.sin_family = AF_INET;
    ::inet_pton(AF_INET, from.c_str(), &own.sin_addr);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    there.sin_port = htons(port);
    const int one = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0 &&
        ::connect(fd, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0)
        return fd;
    ::close(fd);
    return -1;
}

bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string receive(int fd, int timeout_ms) {
    std::string out;
    char block[16 * 1024];
    const auto deadline = clock_ms() + timeout_ms;
    for (;;) {
        pollfd watch{fd, POLLIN, 0};
        const auto left = deadline - clock_ms();
        if (left <= 0 || ::poll(&watch, 1, static_cast<int>(left)) <= 0) return out;
        const ssize_t got = ::recv(fd, block, sizeof block, 0);
        if (got <= 0) return out;
        out.append(block, static_cast<std::size_t>(got));
    }
}

bool closes_within(int fd, int timeout_ms) {
    receive(fd, timeout_ms);
    char byte = 0;
    const ssize_t got = ::recv(fd, &byte, 1, MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

void Client::hang_up() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    buffer_.clear();
}

bool Client::more_until(std::int64_t deadline_ms) {
    char block[16 * 1024];
    pollfd watch{fd_, POLLIN, 0};
    const auto left = deadline_ms - clock_ms();
    if (left <= 0 || ::poll(&watch, 1, static_cast<int>(left)) <= 0) return false;
    const ssize_t got = ::recv(fd_, block, sizeof block, 0);
    if (got <= 0) return false;
    buffer_.append(block, static_cast<std::size_t>(got));
    return true;
}

std::optional<Answer> Client::read_answer(std::int64_t deadline_ms) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!more_until(deadline_ms)) return {};
    auto answer = parse_head(std::string_view(buffer_).substr(0, end));
    if (!answer) return {};
    buffer_.erase(0, end + 4);
    std::size_t length = 0;
    const auto stated = answer->header("content-length");
    std::from_chars(stated.data(), stated.data() + stated.size(), length);
    while (buffer_.size() < length)
        if (!more_until(deadline_ms)) return {};
    answer->body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return answer;
}

std::optional<Answer> Client::try_ask(std::string_view method, std::string_view path, std::string_view body,
                                      const Headers& more, int timeout_ms) {
    const auto deadline = clock_ms() + timeout_ms;
    if (fd_ >= 0) {  // closed while we were silent: that is no failed request yet
        char byte = 0;
        if (::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) hang_up();
    }
    if (fd_ < 0) fd_ = dial(port_);
    if (fd_ < 0) return {};
    std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n", method, path);
    for (const auto& [name, value] : more) text += fmt::format("{}: {}\r\n", name, value);
    if (!token_.empty()) text += fmt::format("Authorization: Bearer {}\r\n", token_);
    if (!body.empty() || method == "POST" || method == "PUT") {
        const bool said =
            std::any_of(more.begin(), more.end(), [](const auto& h) { return h.first == "Content-Type"; });
        if (!said) text += "Content-Type: application/json\r\n";
        text += fmt::format("Content-Length: {}\r\n", body.size());
    }
    text += "\r\n";
    text += body;
    std::optional<Answer> answer;
    if (send_all(fd_, text)) answer = read_answer(deadline);
    if (!answer || answer->header("connection") == "close") hang_up();
    return answer;
}

bool Client::login(std::string_view username, std::string_view password) {
    token_.clear();
    const auto reply = post("/api/login/", fmt::format(R"({{"username":"{}","password":"{}"}})", username, password));
    if (reply.status == 200) token_ = reply.at("data.access");
    return !token_.empty();
}

}  // namespace yuanliu::trust
