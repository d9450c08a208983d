#include <csignal>

#include "platform/http/tests/raw.hpp"

namespace yuanliu::http {
namespace {

struct Case {
    const char* name;
    std::string raw;
    int status;
};

std::string with(const std::string& lines, const std::string& body = {}, const char* version = "1.1") {
    return std::string("POST /x HTTP/") + version + "\r\nHost: a\r\n" + lines + "\r\n" + body;
}

const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

// Each must get exactly one answer of that status and then the end of the connection: nothing behind it is served.
std::vector<Case> body_cases() {
    using namespace std::string_literals;
    const std::string chunks = "5\r\nhello\r\n0\r\n\r\n";
    return {
        {"coding without chunked", with("Transfer-Encoding: gzip\r\n", smuggled), 400},
        {"coding identity", with("Transfer-Encoding: identity\r\n", smuggled), 400},
        {"coding gzip then chunked", with("Transfer-Encoding: gzip, chunked\r\n", chunks), 400},
        {"coding chunked twice", with("Transfer-Encoding: chunked, chunked\r\n", chunks), 400},
        {"coding chunked then identity", with("Transfer-Encoding: chunked, identity\r\n", chunks), 400},
        {"two coding lines", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunks), 400},
        {"coding with a suffix", with("Transfer-Encoding: chunkedx\r\n", chunks), 400},
        {"coding in quotes", with("Transfer-Encoding: \"chunked\"\r\n", chunks), 400},
        {"coding empty", with("Transfer-Encoding:\r\n", chunks), 400},
        {"coding with a vertical tab", with("Transfer-Encoding: \vchunked\r\n", chunks), 400},
        {"coding then length", with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", chunks), 400},
        {"length then coding", with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", chunks), 400},
        {"foreign coding then length", with("Transfer-Encoding: x\r\nContent-Length: 5\r\n", "hello"), 400},
        {"coding on 1.0", with("Transfer-Encoding: chunked\r\n", chunks, "1.0"), 400},
        {"two lengths", with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
        {"the same length twice", with("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
        {"length list", with("Content-Length: 5, 5\r\n", "hello"), 400},
        {"length empty", with("Content-Length:\r\n", "hello"), 400},
        {"length signed", with("Content-Length: +5\r\n", "hello"), 400},
        {"length negative", with("Content-Length: -5\r\n", "hello"), 400},
        {"length hex", with("Content-Length: 0x5\r\n", "hello"), 400},
        {"length with a space", with("Content-Length: 5 5\r\n", "hello"), 400},
        {"length overflowing", with("Content-Length: 99999999999999999999\r\n", "hello"), 400},
        {"space before colon", with("Content-Length : 5\r\n", "hello"), 400},
        {"obsolete fold", with("X-A: b\r\n c\r\n"), 400},
        {"first header folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
        {"no colon", with("Nonsense\r\n"), 400},
        {"empty name", with(": x\r\n"), 400},
        {"NUL in a name", with("X\0Y: x\r\n"s), 400},
        {"NUL in a value", with("X-A: a\0b\r\n"s), 400},
        {"control byte in a value",
         with("X-A: a\x01"
              "b\r\n"),
         400},
        {"bare LF lines", "GET / HTTP/1.1\nHost: a\n\n", 400},
        {"bare LF in a value", with("X-A: b\nX-B: c\r\n"), 400},
        {"bare CR in a value", with("X-A: b\rX-B: c\r\n"), 400},
        {"bare CR as line ends", "GET / HTTP/1.1\rHost: a\r\r", 400},
    };
}

std::vector<Case> head_cases() {
    using namespace std::string_literals;
    return {
        {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"the same host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        {"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        {"host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
        {"host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
        {"host with a bad port", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
        {"absolute target of another host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"target without slash", "GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"star for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n"s, 400},
        {"control byte in the target", "GET /a\x02 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"DEL in the target", "GET /a\x7f HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"fragment in the target", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"bad escape", "GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"encoded slash", "GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"dot segments", "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"encoded dot segments", "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"no version", "GET /\r\nHost: a\r\n\r\n", 400},
        {"version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
        {"empty line first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"TLS hello", "\x16\x03\x01\x02\x00\x01"s, 400},
        {"version 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"version 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
        {"unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"unknown expectation", with("Expect: gold\r\nContent-Length: 5\r\n", "hello"), 417},
        {"packed body", with("Content-Encoding: gzip\r\nContent-Length: 5\r\n", "hello"), 415},
        {"trailer", with("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nX-A: b\r\n\r\n"), 400},
        {"framing trailer", with("Transfer-Encoding: chunked\r\n", "0\r\nContent-Length: 5\r\n\r\nhello"), 400},
        {"chunk size in 0x", with("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk size signed", with("Transfer-Encoding: chunked\r\n", "+5\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk size negative", with("Transfer-Encoding: chunked\r\n", "-5\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk size missing", with("Transfer-Encoding: chunked\r\n", "\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk size overflowing", with("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nhello\r\n"), 400},
        {"chunk too long for its size", with("Transfer-Encoding: chunked\r\n", "3\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk line ended by LF", with("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"), 400},
        {"chunk data ended by LF", with("Transfer-Encoding: chunked\r\n", "5\r\nhello\n0\r\n\r\n"), 400},
        {"LF inside a chunk extension", with("Transfer-Encoding: chunked\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n"), 400},
        {"long chunk extension",
         with("Transfer-Encoding: chunked\r\n", "5;" + std::string(1100, 'a') + "\r\nhello\r\n0\r\n\r\n"), 400},
        {"endless chunk extension", with("Transfer-Encoding: chunked\r\n", "5;" + std::string(4000, 'a')), 400},
        {"long target", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        {"endless target", "GET /" + std::string(9000, 'a'), 414},
        {"long head", with("X-A: " + std::string(17000, 'a') + "\r\n"), 431},
        {"endless head", "GET / HTTP/1.1\r\nX-A: " + std::string(17000, 'a'), 431},
        {"too many headers", with([] {
             std::string lines;
             for (int i = 0; i < 101; ++i) lines += "X: y\r\n";
             return lines;
         }()),
         431},
    };
}

std::vector<Case> cases() {
    auto all = body_cases();
    for (auto& each : head_cases()) all.push_back(std::move(each));
    return all;
}

TEST(Framing, refuses_what_two_readers_could_read_differently) {
    Served served;
    for (const Case& each : cases()) {
        SCOPED_TRACE(each.name);
        Client client = served.client();
        client.send(each.raw + smuggled);
        const Seen first = client.response();
        EXPECT_EQ(first.status, each.status) << first.body;
        EXPECT_EQ(first.headers.at("connection"), "close");
        client.end_sending();
        EXPECT_TRUE(client.ended()) << "something was served behind the refusal";
    }
}

// The same bytes one by one must mean the same.
TEST(Framing, refuses_alike_when_dripped) {
    Served served;
    for (const Case& each : cases()) {
        if (each.raw.size() > 300) continue;
        SCOPED_TRACE(each.name);
        Client client = served.client();
        int on = 1;
        ::setsockopt(client.fd(), IPPROTO_TCP, 1 /* TCP_NODELAY */, &on, sizeof on);
        for (const char byte : each.raw)
            if (!client.send({&byte, 1})) break;
        EXPECT_EQ(client.response().status, each.status);
    }
}

TEST(Framing, accepts_the_lawful_neighbours) {
    Served served;
    const std::vector<std::pair<std::string, std::string>> lawful = {
        {with("Transfer-Encoding: Chunked\r\n", "5;a=\"b\"\r\nhello\r\n00\r\n\r\n"), "POST /x? hello"},
        {with("Transfer-Encoding: chunked\r\n", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"), "POST /x? hello"},
        {with("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), "POST /x? "},
        {with("content-length:5\r\n", "hello"), "POST /x? hello"},
        {with("Content-Length: 0\r\n"), "POST /x? "},
        {with("Content-Encoding: identity\r\nContent-Length: 2\r\n", "ok"), "POST /x? ok"},
        {"GET http://a:80/p?q=1 HTTP/1.1\r\nHost: A:80\r\n\r\n", "GET /p?q=1 "},
        {"GET /%E6%BA%90/%7e HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", "GET /源/~? "},
        {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS *? "},
        {"GET /a HTTP/1.0\r\n\r\n", "GET /a? "},
        {"GET /?a={b}|c HTTP/1.1\r\nHost: a\r\nX-A:  \tspaced\t \r\nX-Empty:\r\n\r\n", "GET /?a={b}|c "},
    };
    for (const auto& [raw, echo] : lawful) {
        const Seen seen = served.ask(raw);
        EXPECT_EQ(seen.status, 200) << raw;
        EXPECT_EQ(seen.body, echo) << raw;
    }
}

TEST(Framing, a_lawful_request_split_anywhere_reads_the_same) {
    Served served;
    const std::string raw =
        with("Transfer-Encoding: chunked\r\nX-A: b\r\n", "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
    Client client = served.client();
    for (std::size_t cut = 1; cut < raw.size(); ++cut) {
        client.send(raw.substr(0, cut));
        std::this_thread::sleep_for(std::chrono::microseconds(300));
        client.send(raw.substr(cut));
        ASSERT_EQ(client.response().body, "POST /x? hello world") << "cut at " << cut;
    }
}

}  // namespace
}  // namespace yuanliu::http
