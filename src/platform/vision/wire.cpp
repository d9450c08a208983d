#include "platform/vision/wire.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace yuanliu::vision {
namespace {

constexpr int look_up_ms = 20;  // how often a wait asks whether it is late

struct QuestionHead {
    std::uint32_t ask, bytes;
    std::int64_t within_ms;
};

// Waits until the socket can be read or written. `late` may be empty: nothing is ever late.
bool ready(int socket, short what, const Late& late) {
    for (;;) {
        pollfd wait{socket, what, 0};
        const int n = ::poll(&wait, 1, late ? look_up_ms : -1);
        if (n > 0) return true;
        if (n < 0 && errno != EINTR) return false;
        if (late && late()) return false;
    }
}

bool send_all(int socket, const void* data, std::size_t size, const Late& late) {
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
        if (!ready(socket, POLLOUT, late)) return false;
        const auto n = ::send(socket, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (n <= 0) return false;
        at += n, size -= std::size_t(n);
    }
    return true;
}

bool take_all(int socket, void* data, std::size_t size, const Late& late) {
    char* at = static_cast<char*>(data);
    while (size > 0) {
        if (!ready(socket, POLLIN, late)) return false;
        const auto n = ::recv(socket, at, size, MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (n <= 0) return false;
        at += n, size -= std::size_t(n);
    }
    return true;
}

}  // namespace

bool send_question(int socket, const Question& question, const Late& late) {
    const QuestionHead head{std::uint32_t(question.ask), std::uint32_t(question.body.size()), question.within_ms};
    return send_all(socket, &head, sizeof head, late) &&
           send_all(socket, question.body.data(), question.body.size(), late);
}

bool take_question(int socket, Question& question) {
    QuestionHead head{};
    if (!take_all(socket, &head, sizeof head, {}) || head.bytes > question_bytes_max) return false;
    question.ask = Ask(head.ask);
    question.within_ms = head.within_ms;
    question.body.resize(head.bytes);
    return take_all(socket, question.body.data(), question.body.size(), {});
}

bool send_answer(int socket, std::string_view json) {
    const auto bytes = std::uint32_t(json.size());
    return send_all(socket, &bytes, sizeof bytes, {}) && send_all(socket, json.data(), json.size(), {});
}

std::optional<std::string> take_answer(int socket, const Late& late) {
    std::uint32_t bytes = 0;
    if (!take_all(socket, &bytes, sizeof bytes, late) || bytes > answer_bytes_max) return std::nullopt;
    std::string json(bytes, '\0');
    if (!take_all(socket, json.data(), json.size(), late)) return std::nullopt;
    return json;
}

}  // namespace yuanliu::vision
