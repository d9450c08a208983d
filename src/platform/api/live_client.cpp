#include "platform/api/live_client.hpp"

#include "platform/describe/json.hpp"
#include "platform/words/words.hpp"

namespace yuanliu {
namespace {

struct Hello {
    std::optional<std::string> token, language, type;
};
YL_RECORD(Hello, "live.hello", token, language, type)

class SocketLine final : public live::Line {
 public:
    explicit SocketLine(http::Socket socket) : socket_(std::move(socket)) {}
    // A client that is gone or too slow has been closed by the edge, which tells the Hub.
    void send(const std::shared_ptr<const std::string>& text) override { socket_.send(text); }
    void close(std::uint16_t code, std::string_view reason) override { socket_.close(code, reason); }

 private:
    http::Socket socket_;
};

class LiveClient final : public http::SocketEvents {
 public:
    LiveClient(live::Hub& hub, Identities& identities, const DatabaseClock& clock, Locale locale)
        : hub_(hub), identities_(identities), clock_(clock), locale_(locale) {}

    void on_open(const http::Socket& socket) override {
        line_ = std::make_shared<SocketLine>(socket);
        id_ = hub_.connect(line_);
    }

    void on_text(std::string&& text) override {
        Hello hello;
        try {
            hello = from_json<Hello>(text);
        } catch (const Error& refusal) {
            return line_->close(live::bad_message, refusal.code);
        }
        if (hello.language) locale_ = locale_of(*hello.language);
        if (!hello.token) {
            if (!hello.type) line_->close(live::bad_message, "token");
            return;
        }
        try {
            const auto claims = identities_.token_key().verify(*hello.token, "access", clock_.now().ms / 1000);
            hub_.introduce(id_, claims, locale_);
        } catch (const Error& refusal) {
            line_->close(live::not_signed_in, refusal.code);
        }
    }

    void on_closed() noexcept override { hub_.leave(id_); }

 private:
    live::Hub& hub_;
    Identities& identities_;
    const DatabaseClock& clock_;
    Locale locale_;
    std::shared_ptr<SocketLine> line_;
    live::Hub::ClientId id_ = 0;
};

}  // namespace

std::shared_ptr<http::SocketEvents> make_live_client(live::Hub& hub, Identities& identities, const DatabaseClock& clock,
                                                     const http::Request& request) {
    return std::make_shared<LiveClient>(hub, identities, clock, locale_of(request.header("accept-language")));
}

}  // namespace yuanliu
