// A plain HTTP/1.1 client over a socket of its own: it shows what really came back, and whether anything did.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/describe/json.hpp"

namespace yuanliu::trust {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Answer {
    int status = 0;
    Headers headers;  // names in lower case
    std::string body;

    std::string header(std::string_view name) const;
    // The value at a path such as "data.items[0].id" as text; "" when absent or when the body is not JSON.
    std::string at(std::string_view path) const;
    std::size_t count(std::string_view path) const;  // entries of a list

 private:
    const JsonDocument* json() const;
    mutable std::shared_ptr<const JsonDocument> parsed_;
};

// A socket to 127.0.0.1:`port`; -1 when nobody takes it. `from` is our own address, by which a server counts callers.
int dial(std::uint16_t port, const std::string& from = "127.0.0.1");
// False when the other side does not take it all.
bool send_all(int fd, std::string_view bytes);
// What arrives until the other side closes or `timeout_ms` are over.
std::string receive(int fd, int timeout_ms);
// True when the other side has closed, or does within `timeout_ms`; swallows what arrives before.
bool closes_within(int fd, int timeout_ms);

// One connection, kept alive, opened anew when it is gone. For one thread.
class Client {
 public:
    explicit Client(std::uint16_t port, std::string token = "") : port_(port), token_(std::move(token)) {}
    ~Client() { hang_up(); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Nothing when the connection failed or no whole answer came in time: then nobody knows what the server did.
    std::optional<Answer> try_ask(std::string_view method, std::string_view path, std::string_view body = "",
                                  const Headers& more = {}, int timeout_ms = 30'000);
    // The same where an answer is owed: without one its status is 0.
    Answer ask(std::string_view method, std::string_view path, std::string_view body = "", const Headers& more = {}) {
        return try_ask(method, path, body, more).value_or(Answer{});
    }
    Answer get(std::string_view path) { return ask("GET", path); }
    Answer post(std::string_view path, std::string_view body) { return ask("POST", path, body); }

    // Signs in; true when that worked. From then on requests carry the token.
    bool login(std::string_view username, std::string_view password);
    void as(std::string token) { token_ = std::move(token); }
    const std::string& token() const { return token_; }
    void hang_up();

 private:
    std::optional<Answer> read_answer(std::int64_t deadline_ms);
    bool more_until(std::int64_t deadline_ms);

    std::uint16_t port_;
    std::string token_;
    int fd_ = -1;
    std::string buffer_;
};

std::int64_t clock_ms();

}  // namespace yuanliu::trust
