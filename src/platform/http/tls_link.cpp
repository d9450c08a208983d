#include <sys/socket.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstring>

#include "base/error.hpp"
#include "platform/http/link.hpp"

namespace yuanliu::http {

namespace asio = boost::asio;
using boost::system::error_code;

struct Tls {
    asio::ssl::context context{asio::ssl::context::tls_server};
};

namespace {

using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

// HTTP/1.1 is the only protocol we speak; a client that offers others chooses it, one that offers only others fails.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                    void*) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, ours, sizeof ours - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

class TlsLink final : public Link {
 public:
    TlsLink(asio::io_context& io, int fd, Tls& tls) : stream_(Socket(io, asio::ip::tcp::v4(), fd), tls.context) {}

    bool open(LinkEvents& events) override {
        events_ = &events;
        opening_ = true;
        const OpenDone done{this};
        stream_.async_handshake(asio::ssl::stream_base::server, done);
        return false;
    }

    void read(char* into, std::size_t room) override {
        reading_ = true;
        const ReadDone done{this};
        stream_.async_read_some(asio::buffer(into, room), done);
    }

    Sent write(std::string_view first, std::string_view second) override {
        left_[0] = first;
        left_[1] = second;
        return go_on();
    }

    bool shut() override {
        shutting_ = true;
        const ShutDone done{this};
        stream_.async_shutdown(done);
        return false;
    }

    void close(bool abort) noexcept override {
        error_code ignored;
        if (abort) {
            const linger now{1, 0};
            ::setsockopt(stream_.lowest_layer().native_handle(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        }
        stream_.lowest_layer().close(ignored);
    }

    bool busy() const override { return opening_ || reading_ || writing_ || shutting_; }

 private:
    struct OpenDone {
        TlsLink* link;
        void operator()(const error_code& error) const {
            link->opening_ = false;
            link->events_->on_open(!error);
        }
    };
    struct ReadDone {
        TlsLink* link;
        void operator()(const error_code& error, std::size_t bytes) const {
            link->reading_ = false;
            link->events_->on_read(error ? 0 : bytes);
        }
    };
    struct WriteDone {
        TlsLink* link;
        void operator()(const error_code& error, std::size_t bytes) const { link->wrote(error, bytes); }
    };
    struct ShutDone {
        TlsLink* link;
        void operator()(const error_code&) const {
            link->shutting_ = false;
            link->events_->on_shut();
        }
    };

    Sent go_on() {
        if (left_[0].empty()) left_[0] = std::exchange(left_[1], {});
        if (left_[0].empty()) return Sent::all;
        writing_ = true;
        const WriteDone done{this};
        stream_.async_write_some(asio::buffer(left_[0].data(), left_[0].size()), done);
        return Sent::later;
    }

    void wrote(const error_code& error, std::size_t bytes) {
        writing_ = false;
        if (error) return events_->on_written(false);
        left_[0].remove_prefix(bytes);
        const Sent sent = go_on();
        events_->on_moved(bytes);
        if (sent == Sent::all) events_->on_written(true);
    }

    asio::ssl::stream<Socket> stream_;
    LinkEvents* events_ = nullptr;
    std::string_view left_[2];
    bool opening_ = false;
    bool reading_ = false;
    bool writing_ = false;
    bool shutting_ = false;
};

}  // namespace

std::shared_ptr<Tls> load_tls(const std::string& certificate, const std::string& key) {
    auto tls = std::make_shared<Tls>();
    error_code error;
    tls->context.use_certificate_chain_file(certificate, error);
    if (error) throw internal("TLS certificate " + certificate + ": " + error.message());
    tls->context.use_private_key_file(key, asio::ssl::context::pem, error);
    if (error) throw internal("TLS key " + key + ": " + error.message());
    SSL_CTX* raw = tls->context.native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);  // idle connections give 32 KiB back
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    return tls;
}

std::unique_ptr<Link> make_tls_link(asio::io_context& io, int fd, Tls& tls) {
    return std::make_unique<TlsLink>(io, fd, tls);
}

}  // namespace yuanliu::http
