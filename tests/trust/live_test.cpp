// Live connections of the real binary: through the nginx site that we ship, at a stop, and beside a crowd of strangers.
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/http/tests/frames.hpp"
#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

using http::frame;
using http::handshake;
using http::SocketClient;

constexpr const char* path = "/api/live/";

std::string hello(const std::string& token) { return frame(1, fmt::format(R"({{"token":"{}"}})", token)); }

// The next text; empty when something else came.
std::string hear(SocketClient& client) {
    const auto heard = client.hear(10'000);
    return heard.opcode == 1 ? heard.payload : "";
}

std::uint16_t free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&at), size), 0);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
    ::close(fd);
    return ntohs(at.sin_port);
}

void replace(std::string& text, std::string_view what, const std::string& with) {
    const auto at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what << " is no longer in the nginx site";
    text.replace(at, what.size(), with);
}

// An nginx of our own with the site of deploy/, but for its ports. Ends with the object, or with this process.
class Nginx {
 public:
    explicit Nginx(std::uint16_t server) : port(free_port()) {
        auto site = read_text(YL_SOURCE_DIR "/deploy/nginx/yuanliu.conf");
        replace(site, "server 127.0.0.1:8080", fmt::format("server 127.0.0.1:{}", server));
        replace(site, "listen 80;", fmt::format("listen 127.0.0.1:{};", port));
        replace(site, "listen [::]:80;", "");
        std::string temporary;
        for (const char* what : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            temporary += fmt::format("    {}_temp_path {};\n", what, folder_.file(what));
        const auto file = folder_.file("nginx.conf");
        write_text(file, fmt::format("daemon off;\nmaster_process off;\npid {};\nerror_log {} warn;\nevents {{}}\n"
                                     "http {{\n    access_log off;\n{}{}}}\n",
                                     folder_.file("pid"), log(), temporary, site));
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::execlp("nginx", "nginx", "-e", log().c_str(), "-c", file.c_str(), static_cast<char*>(nullptr));
            ::_exit(127);
        }
        EXPECT_TRUE(http::eventually([this] {
            const int fd = dial(port);
            if (fd >= 0) ::close(fd);
            return fd >= 0;
        })) << read_text(log());
    }
    ~Nginx() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    std::string log() const { return folder_.file("error.log"); }

    const std::uint16_t port;

 private:
    TempFolder folder_;
    pid_t pid_ = -1;
};

TEST(LiveConnections, PassTheNginxSiteThatWeShip) {
    Scene scene(Backend::sqlite, {.settings = {{"TRUSTED_PROXIES", "127.0.0.1"}}});
    Nginx nginx(scene.server().port());
    const auto host = fmt::format("shop.example:{}", nginx.port);
    SocketClient client(nginx.port, fmt::format("Origin: http://{}\r\n", host), path, host);
    ASSERT_EQ(client.seen.status, 101) << read_text(nginx.log());
    EXPECT_EQ(client.seen.headers.at("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    client.send(hello(scene.admin()->token()));
    EXPECT_EQ(hear(client), R"({"type":"ready"})");
    EXPECT_EQ(hear(client), R"({"type":"unread","count":0})");
    for (const char* origin : {"http://shop.example", "http://evil.example", "null"})
        EXPECT_EQ(SocketClient(nginx.port, fmt::format("Origin: {}\r\n", origin), path, host).seen.status, 403)
            << origin;
    EXPECT_EQ(Client(nginx.port).get(path).status, 426);
    client.send(frame(1, "a", {.masked = false}));
    EXPECT_EQ(client.close_code(), 1002);
    EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
}

TEST(LiveConnections, AreToldOfAStopWhichDoesNotWaitForThem) {
    Scene scene(Backend::sqlite);
    const auto token = scene.admin()->token();
    SocketClient polite(scene.server().port(), "", path), deaf(scene.server().port(), "", path);
    for (SocketClient* client : {&polite, &deaf}) {
        client->send(hello(token));
        EXPECT_EQ(hear(*client), R"({"type":"ready"})");
        EXPECT_EQ(hear(*client), R"({"type":"unread","count":0})");
    }
    scene.server().signal(SIGTERM);
    EXPECT_EQ(polite.close_code(10'000), 1001);
    EXPECT_EQ(deaf.close_code(10'000), 1001);
    polite.send(frame(8, http::close_payload(1001)));
    EXPECT_EQ(scene.server().wait(10'000), 0) << scene.server().log();
}

TEST(Hostile, ConnectionsOfStrangersAreShownTheDoorAndCostNobodyElse) {
    Scene scene(Backend::sqlite);
    const auto port = scene.server().port();
    SocketClient good(port, "", path);
    good.send(hello(scene.admin()->token()));
    EXPECT_EQ(hear(good), R"({"type":"ready"})");
    EXPECT_EQ(hear(good), R"({"type":"unread","count":0})");
    std::vector<int> silent;
    int turned_away = 0;
    for (int i = 0; i < 300; ++i) {
        silent.push_back(dial(port, "127.0.0.2"));
        send_all(silent.back(), handshake("", path));
    }
    // Each with a piece of a message that never ends.
    for (const int fd : silent) send_all(fd, frame(1, R"({"token":")", {.final = false}));
    int told = 0;
    for (const int fd : silent) {
        const auto heard = receive(fd, 9'000);
        turned_away += heard.starts_with("HTTP/1.1 429 ");
        told += heard.starts_with("HTTP/1.1 101 ") &&
                heard.find(std::string("\x88\x07\x11\x31token", 9)) != std::string::npos;
        ::close(fd);
    }
    EXPECT_EQ(turned_away, 44) << "an address may have 256";
    EXPECT_EQ(told, 256);
    good.send(frame(9, "still there?"));
    EXPECT_EQ(good.hear().payload, "still there?");
    EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
}

}  // namespace
}  // namespace yuanliu::trust
