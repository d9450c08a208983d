// One connection: a state machine driven by its link, the handler's answers and the sweep. No coroutine: one less
// allocation and switch a request, and none of what Asio 1.26 does to cancelled ones.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/http/desk.hpp"
#include "platform/http/framing.hpp"
#include "platform/http/link.hpp"
#include "platform/http/multipart.hpp"
#include "platform/http/reader.hpp"
#include "platform/http/socket_line.hpp"

namespace yuanliu::http {

// Bytes that came and are not read yet.
class InputBuffer {
 public:
    std::string_view view() const { return {data_.get() + begin_, end_ - begin_}; }
    bool empty() const { return begin_ == end_; }
    std::size_t room() const { return capacity_ - end_; }
    char* space() { return data_.get() + end_; }
    void commit(std::size_t bytes) { end_ += bytes; }
    void consume(std::size_t bytes);
    void make_room(std::size_t wanted);  // at least `wanted` bytes of space, moving or growing
    void shrink(std::size_t capacity);   // only when empty
    void drop();                         // everything, memory too

 private:
    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

struct SocketState;  // socket.cpp

class Session final : private LinkEvents, private AnswerSink, private BodySink, private LineSink {
 public:
    Session(Desk& desk, std::unique_ptr<Link> link, const Address& peer);
    ~Session() override;

    void start();
    // Acts on a passed deadline; called by the sweep.
    void check_deadline() noexcept;
    bool is_late() const;
    // Gives back time in which this thread was not listening.
    void forgive(std::int64_t ms) noexcept;
    // The server is leaving: ends at once when idle, else after the answer under way.
    void drain() noexcept;
    void close(bool abort) noexcept;

    bool is_idle() const { return phase_ == Phase::head && input_.empty() && served_ > 0 && !writing_; }
    // Connected for a while and has not said a word yet.
    bool is_silent_stranger() const {
        return (phase_ == Phase::opening || phase_ == Phase::head) && served_ == 0 && input_.empty() &&
               desk_.now_ms - phase_ms_ > limits_.stranger_ms;
    }
    bool can_be_destroyed() const { return phase_ == Phase::closed && !link_->busy() && !dispatching_; }
    const Address& peer() const { return peer_; }

    SessionList::iterator place;  // in the desk's list
    std::string cap_key;          // what the per-address cap counted; empty: exempt

 private:
    enum class Phase { opening, head, asking, body, answer, finish, linger, socket, closed };

    void on_open(bool ok) noexcept override;
    void on_read(std::size_t bytes) noexcept override;
    void on_moved(std::size_t bytes) noexcept override;
    void on_written(bool ok) noexcept override;
    void on_shut() noexcept override;
    void deliver(Answer&& answer) noexcept override;
    void deliver_nothing() noexcept override;
    Refusal take_body(std::string_view bytes) override;
    void line_has_something() noexcept override;

    void run() noexcept;
    bool step();  // true: there may be more to do at once
    bool step_head();
    bool step_asking();
    bool step_body();
    bool step_answer();
    bool step_finish();

    void enter(Phase phase);
    void wait_until(std::int64_t allowed_ms, std::uint64_t earned_by_bytes = 0);
    void read_more(std::size_t room);
    bool flush();  // true: everything is sent
    void sent() noexcept;
    bool refill_from_file();

    void begin_request(std::string_view text);
    Refusal understand(std::string_view text, Head& head);
    Refusal prepare_body();
    void ask();
    void turn_away(Answer instead);
    Refusal open_body();
    bool end_body();
    void dispatch();
    void refuse(Refusal refusal);
    Answer refusal_answer(Refusal refusal) noexcept;
    void encode(Answer&& answer);
    std::string_view attach_body(Answer& answer, HeadFacts& facts);
    bool attach_file(Answer& answer, std::uint64_t& size);
    std::uint64_t take_range(Answer& answer, const struct stat& info, std::uint64_t& size) const;
    void close_file() noexcept;
    void count(int status, std::uint64_t bytes);
    void fresh_ticket();
    void leave_ticket() noexcept;

    // A connection that has become a WebSocket (socket.cpp).
    bool upgrade();  // true: the request was an accepted or refused handshake
    void begin_socket(const Welcome& welcome, const std::string& accept);
    bool step_socket();
    void take_frames();
    void take_text();
    void say_goodbye(std::uint16_t code, std::string_view reason);
    bool end_socket();
    void socket_deadline() noexcept;
    void leave_socket() noexcept;
    void hurry() noexcept;

    Desk& desk_;
    const Limits& limits_;
    std::unique_ptr<Link> link_;
    Reader reader_;
    const Address peer_;
    const std::string peer_text_;
    const bool peer_trusted_;

    // The connection.
    Phase phase_ = Phase::opening;
    std::int64_t opened_ms_ = 0;
    std::int64_t phase_ms_ = 0;  // when the phase began
    std::int64_t deadline_ms_ = 0;
    std::uint32_t served_ = 0;
    bool running_ = false;
    bool reading_ = false;      // a read waits; `input_` must not move
    bool writing_ = false;      // a write waits; `output_`, `body_view_` must not move
    bool dispatching_ = false;  // inside handler.handle or admit
    bool keep_ = true;          // stays open after this answer
    bool unread_ = false;       // the client may still be sending what we will not read
    InputBuffer input_;
    std::size_t scanned_ = 0;
    bool head_started_ = false;
    std::uint64_t lingered_ = 0;

    // The request.
    Request request_;
    Head head_;  // its views are dead once the head is consumed
    std::string id_;
    std::string method_;
    std::string path_;
    std::string client_ip_;
    bool is_head_ = false;
    bool wants_gzip_ = false;
    std::string range_, if_range_;  // the headers, should the answer be a file
    bool secure_ = false;
    std::int64_t begun_us_ = 0;
    BodyRule rule_;
    bool discarding_ = false;
    std::uint64_t body_bytes_ = 0;
    std::uint64_t body_held_ = 0;  // counted in desk.bodies_bytes
    std::unique_ptr<Multipart> multipart_;

    // The answer.
    Reply::Ticket* ticket_ = nullptr;
    std::optional<Answer> answer_;
    std::string output_;  // heads, small bodies, pieces of a file
    Answer sending_;      // keeps `body_view_` alive
    std::string_view body_view_;
    int file_ = -1;
    std::uint64_t file_left_ = 0;
    std::int64_t write_ms_ = 0;  // when the waiting write began
    std::uint64_t written_ = 0;  // by it

    std::unique_ptr<SocketState> socket_;  // once it is a WebSocket
};

}  // namespace yuanliu::http
