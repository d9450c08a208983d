// Beast's own WebSocket client against our server, plain and over TLS: the two were written apart and must agree.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "platform/http/tests/certificate.hpp"
#include "platform/http/tests/raw.hpp"

namespace yuanliu::http {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using Tcp = asio::ip::tcp;
using TlsStream = asio::ssl::stream<Tcp::socket>;

// Says everything back; "leave" closes.
class Echo final : public SocketEvents {
 public:
    void on_open(const Socket& socket) override { socket_ = socket; }
    void on_text(std::string&& text) override {
        if (text == "leave") return socket_->close(4001, "bye");
        socket_->send(std::make_shared<const std::string>(std::move(text)));
    }
    void on_closed() noexcept override {}

 private:
    std::optional<Socket> socket_;
};

Welcome welcome_echo(const Request&) {
    Welcome welcome;
    welcome.events = std::make_shared<Echo>();
    return welcome;
}

template <class Stream>
void converse(websocket::stream<Stream>& stream) {
    stream.handshake("localhost", "/live");
    boost::beast::flat_buffer heard;
    for (const std::size_t size : {0, 1, 125, 126, 127, 4096, 60'000}) {
        const std::string said(size, 's');
        stream.write(asio::buffer(said));
        heard.clear();
        stream.read(heard);
        EXPECT_TRUE(stream.got_text());
        EXPECT_EQ(boost::beast::buffers_to_string(heard.data()), said);
    }
    stream.auto_fragment(true);
    stream.write_buffer_bytes(100);
    const std::string pieces(10'000, 'p');
    stream.write(asio::buffer(pieces));
    stream.ping("are you there");
    heard.clear();
    stream.read(heard);
    EXPECT_EQ(heard.size(), pieces.size());
}

// The server's close, as the client understands it.
template <class Stream>
void expect_closed_by_server(websocket::stream<Stream>& stream) {
    stream.write(asio::buffer(std::string("leave")));
    boost::beast::flat_buffer heard;
    boost::system::error_code error;
    stream.read(heard, error);
    EXPECT_EQ(error, websocket::error::closed);
    EXPECT_EQ(stream.reason().code, 4001);
    EXPECT_EQ(stream.reason().reason, "bye");
}

Tcp::endpoint local(std::uint16_t port) { return {asio::ip::make_address("127.0.0.1"), port}; }

TEST(BeastClient, agrees_over_plain_sockets) {
    Served served([](Options& options) { options.limits.socket_message_bytes = 64 * 1024; });
    served.handler.welcome = &welcome_echo;
    asio::io_context io;
    for (const bool server_leaves : {false, true}) {
        websocket::stream<Tcp::socket> stream(io);
        stream.next_layer().connect(local(served.server->port()));
        converse(stream);
        if (server_leaves)
            expect_closed_by_server(stream);
        else
            stream.close(websocket::close_code::normal);  // throws unless the server answers and hangs up
    }
    EXPECT_TRUE(eventually([&] { return served.server->stats().open == 0; }));
}

TEST(BeastClient, agrees_over_tls) {
    Served served([](Options& options) {
        options.limits.socket_message_bytes = 64 * 1024;
        options.tls_certificate = options.upload_dir + "/cert.pem";
        options.tls_key = options.upload_dir + "/key.pem";
        make_certificate(options.tls_certificate, options.tls_key);
    });
    served.handler.welcome = &welcome_echo;
    asio::io_context io;
    asio::ssl::context context(asio::ssl::context::tls_client);
    for (const bool server_leaves : {false, true}) {
        websocket::stream<TlsStream> stream(io, context);
        stream.next_layer().next_layer().connect(local(served.server->port()));
        stream.next_layer().handshake(asio::ssl::stream_base::client);
        converse(stream);
        boost::system::error_code error;
        if (server_leaves)
            expect_closed_by_server(stream);
        else
            stream.close(websocket::close_code::normal, error);
        EXPECT_FALSE(error && error != asio::ssl::error::stream_truncated) << error.message();
    }
    EXPECT_TRUE(eventually([&] { return served.server->stats().open == 0; }));
}

TEST(BeastClient, is_offered_no_compression) {
    Served served;
    served.handler.welcome = &welcome_echo;
    asio::io_context io;
    websocket::stream<Tcp::socket> stream(io);
    websocket::permessage_deflate wish;
    wish.client_enable = true;
    stream.set_option(wish);
    stream.next_layer().connect(local(served.server->port()));
    websocket::response_type answer;
    stream.handshake(answer, "localhost", "/live");
    EXPECT_EQ(answer.count("Sec-WebSocket-Extensions"), 0u);
    stream.write(asio::buffer(std::string(1000, 'a')));
    boost::beast::flat_buffer heard;
    stream.read(heard);
    EXPECT_EQ(heard.size(), 1000u);
}

}  // namespace
}  // namespace yuanliu::http
