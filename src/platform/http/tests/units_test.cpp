#include <zlib.h>

#include "base/error.hpp"
#include "platform/http/assets.hpp"
#include "platform/http/coding.hpp"
#include "platform/http/encode.hpp"
#include "platform/http/net.hpp"
#include "platform/http/tests/raw.hpp"
#include "base/uri.hpp"

namespace yuanliu::http {
namespace {

TEST(Uri, decodes_paths_strictly) {
    using namespace std::string_literals;
    EXPECT_EQ(decode_path("/a/b%20c"), "/a/b c");
    EXPECT_EQ(decode_path("/%e6%ba%90"), "/源");
    EXPECT_EQ(decode_path("/a//b/"), "/a//b/");
    EXPECT_EQ(decode_path("/a.b/.hidden/c.."), "/a.b/.hidden/c..");
    EXPECT_EQ(decode_path("/..."), "/...");
    for (const std::string& bad :
         {""s,          "a"s,     "/%"s,      "/%1"s,        "/%zz"s,          "/%00"s,   "/%0a"s,  "/%7f"s,
          "/a\\b"s,     "/%5c"s,  "/%2F"s,    "/."s,         "/.."s,           "/a/./b"s, "/a/.."s, "/%2e"s,
          "/a/%2E./b"s, "/\xff"s, "/%c0%af"s, "/%ed%a0%80"s, "/%f5%80%80%80"s, "/%e6%ba"s})
        EXPECT_FALSE(decode_path(bad)) << bad;
}

TEST(Uri, decodes_queries_and_sees_twins) {
    const auto query = decode_query("a=1&b=x+y%2B&c&&d=%E6%BA%90&e=");
    ASSERT_TRUE(query);
    EXPECT_EQ(*query, (Query{{"a", "1"}, {"b", "x y+"}, {"c", ""}, {"d", "源"}, {"e", ""}}));
    EXPECT_FALSE(duplicate_key(*query));
    EXPECT_EQ(duplicate_key(*decode_query("a=1&b=2&%61=3")), "a");
    EXPECT_EQ(*decode_query("t=a%0D%0Ab"), (Query{{"t", "a\r\nb"}}));
    for (const char* bad : {"a=%", "a=%0", "a=%00", "a=%ff", "%0a=1", "a=%1b"}) EXPECT_FALSE(decode_query(bad)) << bad;
}

TEST(Coding, follows_weights) {
    EXPECT_TRUE(accepts_coding("gzip", "gzip"));
    EXPECT_TRUE(accepts_coding("br;q=1.0, GZIP;q=0.5", "gzip"));
    EXPECT_TRUE(accepts_coding("*", "gzip"));
    EXPECT_FALSE(accepts_coding("", "gzip"));
    EXPECT_FALSE(accepts_coding("identity", "gzip"));
    EXPECT_FALSE(accepts_coding("gzip;q=0", "gzip"));
    EXPECT_FALSE(accepts_coding("gzip; q=0.000, *", "gzip"));
    EXPECT_FALSE(accepts_coding("xgzip", "gzip"));
}

Request asking(Headers headers) {
    Request request;
    request.headers = std::move(headers);
    return request;
}

TEST(Assets, chooses_the_form_and_honours_validators) {
    const Asset list[] = {{"/app-1.js", "text/javascript", "abc", "raw", "gz", "br", true},
                          {"/index.html", "text/html", "\"def\"", "page", "", "", false}};
    const AssetTable table(list);
    EXPECT_EQ(table.find("/nothing"), nullptr);
    const Asset* app = table.find("/app-1.js");
    ASSERT_NE(app, nullptr);
    EXPECT_EQ(answer_asset(*app, asking({})).static_body, "raw");
    EXPECT_EQ(answer_asset(*app, asking({{"accept-encoding", "gzip"}})).static_body, "gz");
    EXPECT_EQ(answer_asset(*app, asking({{"accept-encoding", "gzip, br"}})).static_body, "br");
    EXPECT_EQ(answer_asset(*app, asking({{"accept-encoding", "gzip, br;q=0"}})).static_body, "gz");
    for (const char* tag : {"\"abc\"", "W/\"abc\"", "\"x\", W/\"abc\"", "*"}) {
        const Answer answer = answer_asset(*app, asking({{"if-none-match", tag}}));
        EXPECT_EQ(answer.status, 304) << tag;
        EXPECT_TRUE(answer.static_body.empty());
    }
    EXPECT_EQ(answer_asset(*app, asking({{"if-none-match", "\"abcd\""}})).status, 200);
    const Answer page = answer_asset(*table.find("/index.html"), asking({{"accept-encoding", "br"}}));
    EXPECT_EQ(page.static_body, "page");
    EXPECT_EQ(page.headers, (Headers{{"ETag", "W/\"def\""}, {"Cache-Control", "no-cache"}}));
}

TEST(Assets, travel_over_the_wire) {
    static const Asset asset{"/a.css", "text/css", "v1", "body{}", "", "", true};
    Served served;
    served.handler.on = [](Request&& request, Reply reply) { reply(answer_asset(asset, request)); };
    const Seen fresh = served.ask(get("/a.css"));
    EXPECT_EQ(fresh.body, "body{}");
    EXPECT_EQ(fresh.headers.at("cache-control"), "public, max-age=31536000, immutable");
    const Seen held = served.ask(get("/a.css", "If-None-Match: " + fresh.headers.at("etag") + "\r\n"));
    EXPECT_EQ(held.status, 304);
    EXPECT_EQ(held.headers.count("content-length"), 0u);
    EXPECT_EQ(held.headers.at("etag"), fresh.headers.at("etag"));
    const Seen head = served.ask("HEAD /a.css HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(head.headers.at("content-length"), "6");
}

TEST(Net, trusts_blocks_of_addresses) {
    const ProxyList list({"10.0.0.0/8", "192.168.1.7", "fd00::/12"});
    for (const char* yes : {"10.255.0.1", "192.168.1.7", "fd0f::1"})
        EXPECT_TRUE(list.trusts(*parse_address(yes))) << yes;
    for (const char* no : {"11.0.0.1", "192.168.1.8", "fe00::1", "::1"})
        EXPECT_FALSE(list.trusts(*parse_address(no))) << no;
    for (const char* bad : {"x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x"})
        EXPECT_THROW(ProxyList({bad}), Error) << bad;
}

TEST(Net, caps_an_address_and_forgets_it) {
    AddressCap cap(2);
    EXPECT_TRUE(cap.enter("a"));
    EXPECT_TRUE(cap.enter("a"));
    EXPECT_FALSE(cap.enter("a"));
    EXPECT_TRUE(cap.enter("b"));
    cap.leave("a");
    EXPECT_TRUE(cap.enter("a"));
}

TEST(Encode, writes_dates_and_refuses_broken_heads) {
    EXPECT_EQ(http_date(Time{784111777000}), "Sun, 06 Nov 1994 08:49:37 GMT");
    Answer answer;
    EXPECT_TRUE(is_sendable(answer));
    for (const auto& [name, value] : Headers{{"X-A", "b\r\nSet-Cookie: c"},
                                             {"X A", "b"},
                                             {"", "b"},
                                             {"X\r\n", "b"},
                                             {"Content-Length", "5"},
                                             {"transfer-encoding", "chunked"}}) {
        Answer bad;
        bad.headers.emplace_back(name, value);
        EXPECT_FALSE(is_sendable(bad)) << name;
    }
    answer.status = 100;
    EXPECT_FALSE(is_sendable(answer));
}

}  // namespace
}  // namespace yuanliu::http
