#include "platform/http/frames.hpp"

#include <random>

#include "platform/http/tests/frames.hpp"

namespace yuanliu::http {
namespace {

constexpr std::size_t message_max = 100'000;

// What a reader makes of the bytes, in pieces of `step`: the texts, each with a line end, and at last the fault.
std::string read_all(const std::string& bytes, std::size_t step = SIZE_MAX) {
    FrameReader reader(message_max);
    std::string told;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::string_view piece = std::string_view(bytes).substr(at, step);
        std::size_t used = 0;
        switch (reader.take(piece, used)) {
            case FrameReader::Got::nothing: EXPECT_EQ(used, piece.size()); break;
            case FrameReader::Got::text: told += reader.message() + "\n"; break;
            case FrameReader::Got::ping: told += "ping " + std::string(reader.control()) + "\n"; break;
            case FrameReader::Got::pong: told += "pong " + std::string(reader.control()) + "\n"; break;
            case FrameReader::Got::close: told += "close " + std::string(reader.control()) + "\n"; break;
            case FrameReader::Got::broken: return told + std::to_string(reader.fault());
        }
        EXPECT_LE(used, piece.size());
        at += used;
    }
    return told;
}

TEST(Frames, are_read_the_same_however_they_are_cut) {
    const std::string bytes = frame(1, "hello") + frame(1, "源流", {.final = false}) + frame(9, "p") +
                              frame(0, "", {.final = false}) + frame(10, "") + frame(0, " ends") +
                              frame(1, std::string(126, 'a')) + frame(1, std::string(65'536, 'b')) + frame(1, "") +
                              frame(8, close_payload(1000, "bye"));
    const std::string told = "hello\nping p\npong \n源流 ends\n" + std::string(126, 'a') + "\n" +
                             std::string(65'536, 'b') + "\n\nclose " + close_payload(1000, "bye") + "\n";
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{1000}, SIZE_MAX})
        EXPECT_EQ(read_all(bytes, step), told) << step;
}

TEST(Frames, a_character_may_be_cut_between_frames) {
    const std::string text = "源";
    EXPECT_EQ(read_all(frame(1, text.substr(0, 1), {.final = false}) + frame(0, text.substr(1))), text + "\n");
}

TEST(Frames, what_breaks_the_rules_is_named) {
    const struct {
        std::string bytes, fault;
    } cases[] = {
        {frame(1, "a", {.masked = false}), "1002"},
        {frame(1, "a", {.reserved = 4}), "1002"},
        {frame(1, "a", {.reserved = 1}), "1002"},
        {frame(2, "a"), "1003"},
        {frame(3, "a"), "1002"},
        {frame(7, ""), "1002"},
        {frame(11, ""), "1002"},
        {frame(15, ""), "1002"},
        {frame(0, "a"), "1002"},                                    // goes on with nothing
        {frame(1, "a", {.final = false}) + frame(1, "b"), "1002"},  // a text within a text
        {frame(9, "a", {.final = false}), "1002"},                  // a ping in pieces
        {frame(9, std::string(126, 'a')), "1002"},                  // a long ping
        {frame(1, "a", {.length_bytes = 2}), "1002"},               // longer than it need be
        {frame(1, std::string(126, 'a'), {.length_bytes = 8}), "1002"},
        {frame(1, "", {.length_bytes = 8}, 1ull << 63), "1002"},
        {frame(1, "", {.length_bytes = 8}, ~0ull), "1002"},
        {frame(1, "", {.length_bytes = 8}, ~0ull >> 1), "1009"},
        {frame(1, "", {}, message_max + 1), "1009"},  // at its head, not after its bytes
        {frame(1, std::string(message_max, 'a'), {.final = false}) + frame(0, "b"), "1009"},
        {frame(1, "\xff"), "1007"},
        {frame(1, "\xe6\xba"), "1007"},
        {frame(1, "\xed\xa0\x80"), "1007"},
        {frame(8, "\x03"), "1002"},
        {frame(8, close_payload(999)), "1002"},
        {frame(8, close_payload(1004)), "1002"},
        {frame(8, close_payload(1005)), "1002"},
        {frame(8, close_payload(1006)), "1002"},
        {frame(8, close_payload(1015)), "1002"},
        {frame(8, close_payload(2999)), "1002"},
        {frame(8, close_payload(5000)), "1002"},
        {frame(8, close_payload(1000, "\xff")), "1007"},
    };
    for (const auto& [bytes, fault] : cases)
        for (const std::size_t step : {std::size_t{1}, SIZE_MAX}) {
            const std::string told = read_all(bytes, step);
            EXPECT_TRUE(told.ends_with(fault)) << told << " for " << testing::PrintToString(bytes.substr(0, 20));
        }
    EXPECT_EQ(read_all(frame(8, "")), "close \n");
    EXPECT_EQ(read_all(frame(8, close_payload(4401))), "close " + close_payload(4401) + "\n");
    EXPECT_EQ(read_all(frame(1, std::string(message_max, 'a'))), std::string(message_max, 'a') + "\n");
}

// Random bytes, and good streams with a few bits turned: the reader neither overruns nor keeps more than its bound, and
// tells the same whether the bytes come one by one or all at once.
TEST(Frames, broken_streams_are_survived) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    for (int round = 0; round < 3'000; ++round) {
        std::string bytes;
        if (round % 3 == 0) {
            bytes.resize(below(200));
            for (char& c : bytes) c = static_cast<char>(random());
        } else {
            for (unsigned i = below(6) + 1; i > 0; --i)
                bytes +=
                    frame(below(16), std::string(below(300), 'x'), {.final = below(3) > 0, .masked = below(20) > 0});
            for (unsigned i = below(4); i > 0; --i) bytes[below(static_cast<unsigned>(bytes.size()))] ^= 1 << below(8);
        }
        ASSERT_EQ(read_all(bytes, 1), read_all(bytes)) << testing::PrintToString(bytes);
    }
}

TEST(Frames, are_written_as_clients_expect) {
    std::string out;
    write_frame(out, Opcode::text, "hi");
    EXPECT_EQ(out, std::string("\x81\x02hi"));
    out.clear();
    write_frame(out, Opcode::text, std::string(126, 'a'));
    EXPECT_EQ(out.substr(0, 5), std::string("\x81\x7e\x00\x7e\x61", 5));
    out.clear();
    write_frame(out, Opcode::text, std::string(65'536, 'a'));
    EXPECT_EQ(out.substr(0, 11), std::string("\x81\x7f\0\0\0\0\0\1\0\0a", 11));
    out.clear();
    std::string reason;
    for (int i = 0; i < 60; ++i) reason += "源";
    write_close(out, 4401, reason);
    EXPECT_EQ(out.substr(0, 4), std::string("\x88\x7d\x11\x31"));
    EXPECT_EQ(out.substr(4), reason.substr(0, 123)) << "cut between characters";
}

Request shaken(const std::string& host, const std::string& scheme = "http") {
    Request request;
    request.method = "GET";
    request.host = host;
    request.scheme = scheme;
    request.headers = {{"upgrade", "WebSocket"},
                       {"connection", "keep-alive"},
                       {"connection", "Upgrade"},
                       {"sec-websocket-version", "13"},
                       {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    return request;
}

TEST(Handshake, gives_the_answer_of_the_standard_or_none) {
    EXPECT_EQ(accept_handshake(shaken("a"), true), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_FALSE(accept_handshake(shaken("a"), false));
    const std::pair<std::size_t, std::string> bad[] = {
        {0, "h2c"}, {2, "close"}, {3, "8"}, {3, "13, 8"}, {4, "c2hvcnQ="}, {4, ""}, {4, "dGhlIHNhbXBsZSBub25jZQ="}};
    for (const auto& [at, value] : bad) {
        Request request = shaken("a");
        request.headers[at].second = value;
        EXPECT_FALSE(accept_handshake(request, true)) << value;
    }
    Request twice = shaken("a");
    twice.headers.push_back(twice.headers[4]);
    EXPECT_FALSE(accept_handshake(twice, true));
    Request post = shaken("a");
    post.method = "POST";
    EXPECT_FALSE(accept_handshake(post, true));
}

TEST(Handshake, knows_its_own_origin) {
    const std::vector<std::string> listed = {"https://console.example.com"};
    for (const char* origin : {"http://shop.example:8080", "http://Shop.Example:8080", "https://console.example.com"})
        EXPECT_TRUE(is_own_origin(origin, shaken("shop.example:8080"), listed)) << origin;
    for (const char* origin : {"http://shop.example", "http://shop.example:80800", "http://evil.example:8080", "null",
                               "http://shop.example:8080.evil.example", "", "https://evil/shop.example:8080",
                               "ftp://shop.example:8080", "https://console.example.com.evil"})
        EXPECT_FALSE(is_own_origin(origin, shaken("shop.example:8080"), listed)) << origin;
    EXPECT_TRUE(is_own_origin("https://a.b", shaken("a.b", "https"), {}));
    EXPECT_TRUE(is_own_origin("https://a.b", shaken("a.b:443", "https"), {}));
    EXPECT_FALSE(is_own_origin("http://a.b:81", shaken("a.b"), {}));
}

}  // namespace
}  // namespace yuanliu::http
