#include <openssl/ssl.h>

#include <atomic>
#include <filesystem>

#include "base/error.hpp"
#include "platform/http/tests/certificate.hpp"
#include "platform/http/tests/raw.hpp"

namespace yuanliu::http {
namespace {

class TlsClient {
 public:
    TlsClient(std::uint16_t port, int highest) : client_(port), context_(SSL_CTX_new(TLS_client_method())) {
        SSL_CTX_set_max_proto_version(context_, highest);
        SSL_CTX_set_security_level(context_, 0);
        SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
        ssl_ = SSL_new(context_);
        SSL_set_fd(ssl_, client_.fd());
        open = SSL_connect(ssl_) == 1;
    }
    ~TlsClient() {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
    }
    void send(const std::string& text) { SSL_write(ssl_, text.data(), static_cast<int>(text.size())); }
    std::string read_to(const std::string& end) {
        std::string all;
        char piece[16384];
        while (all.size() < end.size() || all.substr(all.size() - end.size()) != end) {
            const int got = SSL_read(ssl_, piece, sizeof piece);
            if (got <= 0) break;
            all.append(piece, static_cast<std::size_t>(got));
        }
        return all;
    }
    bool said_goodbye() {
        char byte;
        return SSL_read(ssl_, &byte, 1) == 0 && SSL_get_error(ssl_, 0) == SSL_ERROR_ZERO_RETURN;
    }
    // Tells one certificate from another.
    std::string print() const {
        X509* paper = SSL_get1_peer_certificate(ssl_);
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        X509_digest(paper, EVP_sha256(), digest, &size);
        X509_free(paper);
        return {reinterpret_cast<const char*>(digest), size};
    }
    bool open = false;

 private:
    Client client_;
    SSL_CTX* context_;
    SSL* ssl_ = nullptr;
};

class Tls : public testing::Test {
 protected:
    std::atomic<int> warnings = 0;
    Served served{[this](Options& options) {
        options.tls_certificate = options.upload_dir + "/cert.pem";
        options.tls_key = options.upload_dir + "/key.pem";
        options.limits.tls_ms = 300;
        options.limits.tls_look_ms = 50;
        options.warn = [this](std::string_view) { ++warnings; };
        make_certificate(options.tls_certificate, options.tls_key);
    }};
};

TEST_F(Tls, serves_keeps_alive_and_says_goodbye) {
    served.handler.on = [](Request&& request, Reply reply) {
        Answer answer;
        answer.body = request.scheme + std::string(request.path == "/large" ? 2'000'000 : 1, '.') + "end";
        reply(std::move(answer));
    };
    TlsClient client(served.server->port(), TLS1_3_VERSION);
    ASSERT_TRUE(client.open);
    client.send(get("/"));
    const std::string first = client.read_to("https.end");
    EXPECT_NE(first.find("Strict-Transport-Security: max-age=31536000\r\n"), std::string::npos)
        << "nothing is said for other names of the domain";
    client.send(get("/large") + get("/", "Connection: close\r\n"));
    EXPECT_GT(client.read_to("https.end").size(), 2'000'000u);
    EXPECT_TRUE(client.said_goodbye());
}

TEST_F(Tls, takes_up_a_renewed_certificate_while_it_runs) {
    const auto print = [&] { return TlsClient(served.server->port(), TLS1_3_VERSION).print(); };
    TlsClient before(served.server->port(), TLS1_3_VERSION);
    const auto old = print();
    // Half of it first, as certbot may be caught in the middle: the old pair stays.
    make_certificate(served.folder + "/new.pem", served.folder + "/newkey.pem");
    std::filesystem::rename(served.folder + "/new.pem", served.folder + "/cert.pem");
    EXPECT_TRUE(eventually([&] { return warnings > 0; }));
    EXPECT_EQ(print(), old);
    std::filesystem::rename(served.folder + "/newkey.pem", served.folder + "/key.pem");
    EXPECT_TRUE(eventually([&] { return print() != old; }));
    served.handler.on = [](Request&&, Reply reply) { reply(Answer{}); };
    before.send(get("/", "Connection: close\r\n"));
    EXPECT_NE(before.read_to("\r\n\r\n").find("200 OK"), std::string::npos) << "who is connected stays";
}

TEST(TlsPair, half_a_pair_is_refused) {
    TestHandler handler;
    Options options;
    options.upload_dir = "/tmp";
    options.tls_key = "/etc/key.pem";
    EXPECT_THROW(Server(handler, options).start(), Error);
}

TEST_F(Tls, speaks_1_2_but_nothing_older_and_no_plain_text) {
    EXPECT_TRUE(TlsClient(served.server->port(), TLS1_2_VERSION).open);
    EXPECT_FALSE(TlsClient(served.server->port(), TLS1_1_VERSION).open);
    Client plain = served.client();
    plain.send(get("/"));
    plain.rest();
    EXPECT_TRUE(plain.closed);
}

TEST_F(Tls, a_stalled_handshake_is_ended) {
    Client stalled = served.client();
    stalled.send("\x16\x03\x01");
    stalled.rest();
    EXPECT_TRUE(stalled.closed);
    EXPECT_TRUE(TlsClient(served.server->port(), TLS1_3_VERSION).open);
}

}  // namespace
}  // namespace yuanliu::http
