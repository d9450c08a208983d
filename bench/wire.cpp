#include "wire.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>

#include "figures.hpp"

namespace yuanliu::bench {
namespace {

bool same_letters(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if ((a[i] | 0x20) != (b[i] | 0x20)) return false;
    return true;
}

struct Socket {
    int fd;
    ~Socket() {
        if (fd >= 0) ::close(fd);
    }
};

}  // namespace

std::string request_text(std::string_view method, std::string_view target, std::string_view token,
                         std::string_view body) {
    std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n", method, target);
    if (!token.empty()) out += fmt::format("Authorization: Bearer {}\r\n", token);
    if (!body.empty()) out += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
    return out.append("\r\n").append(body);
}

std::optional<Received> whole_answer(std::string_view received) {
    const auto end = received.find("\r\n\r\n");
    if (end == std::string_view::npos || received.size() < 12) return {};
    Received out;
    std::from_chars(received.data() + 9, received.data() + 12, out.status);
    std::size_t length = 0;
    auto head = received.substr(0, end);
    for (auto line_end = head.find("\r\n"); line_end != std::string_view::npos; line_end = head.find("\r\n")) {
        head.remove_prefix(line_end + 2);
        const auto colon = head.find(": ");
        const auto name = head.substr(0, colon), value = head.substr(colon + 2);
        if (same_letters(name, "content-length")) std::from_chars(value.data(), value.data() + value.size(), length);
        if (same_letters(name, "connection") && value.starts_with("close")) out.close = true;
    }
    out.bytes = end + 4 + length;
    if (received.size() < out.bytes) return {};
    out.body = received.substr(end + 4, length);
    return out;
}

int connect_to(std::uint16_t port, bool blocking) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd);
        return -1;
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!blocking) ::fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

Answer ask(std::uint16_t port, std::string_view request) {
    Socket socket{connect_to(port, true)};
    if (socket.fd < 0) throw Failure("nobody listens");
    const timeval limit{30, 0};
    ::setsockopt(socket.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    while (!request.empty()) {
        const auto n = ::send(socket.fd, request.data(), request.size(), MSG_NOSIGNAL);
        if (n <= 0) throw Failure("the server hung up on a request");
        request.remove_prefix(std::size_t(n));
    }
    std::string received;
    char buffer[16384];
    for (;;) {
        const auto n = ::recv(socket.fd, buffer, sizeof buffer, 0);
        if (n <= 0) throw Failure("no answer");
        received.append(buffer, std::size_t(n));
        if (auto answer = whole_answer(received)) return {answer->status, std::string(answer->body), answer->bytes};
    }
}

std::string ask_well(std::uint16_t port, std::string_view request) {
    auto answer = ask(port, request);
    if (answer.status / 100 != 2)
        throw Failure(fmt::format("{} was answered {}: {}", request.substr(0, request.find('\r')), answer.status,
                                  answer.body.substr(0, 500)));
    return std::move(answer.body);
}

std::string json_value(std::string_view json, std::string_view name) {
    const auto key = fmt::format("\"{}\":", name);
    auto at = json.find(key);
    if (at == std::string_view::npos) return {};
    json.remove_prefix(at + key.size());
    if (json.starts_with('"')) return std::string(json.substr(1, json.find('"', 1) - 1));
    return std::string(json.substr(0, json.find_first_of(",}]")));
}

}  // namespace yuanliu::bench
