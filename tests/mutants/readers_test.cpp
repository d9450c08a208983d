// Every reader takes whatever comes: it reads it, or refuses it with an error that is the sender's; and what it reads
// does not depend on the pieces it came in.
#include <gtest/gtest.h>

#include <fstream>

#include "base/cron.hpp"
#include "base/email.hpp"
#include "base/error.hpp"
#include "base/jwt.hpp"
#include "base/phone.hpp"
#include "base/time.hpp"
#include "base/unit_code.hpp"
#include "base/uri.hpp"
#include "kit/temp_folder.hpp"
#include "mutator.hpp"
#include "platform/describe/record.hpp"
#include "platform/http/coding.hpp"
#include "platform/http/frames.hpp"
#include "platform/http/multipart.hpp"
#include "platform/http/range.hpp"
#include "platform/print/text_template.hpp"
#include "platform/sheets/reader.hpp"
#include "platform/sheets/writer.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::mutants {

enum class Colour : std::uint8_t { red, green };
YL_ENUM(Colour, red, green)
struct Part {
    Text<1, 20> name;
    std::optional<Money> price;
};
YL_RECORD(Part, "mutants.part", name, price)
struct Body {
    Text<1, 50> title;
    Colour colour = Colour::red;
    std::int64_t count = 0;
    std::optional<Time> at;
    std::optional<Email> email;
    std::optional<Dictionary> specs;
    std::vector<Part> parts;
};
YL_RECORD(Body, "mutants.body", title, colour, count, at, email, specs, parts)

namespace {

// Shows the reader mutants of the samples. Only errors of ours about the sender's bytes may come out.
template <class Read>
void survive(const std::vector<std::string>& samples, int usual, Read&& read) {
    Mutator mutator(seed(), samples);
    for (int i = rounds(usual); i > 0; --i) {
        const auto text = mutator.next();
        try {
            read(text, mutator);
        } catch (const Error& error) {
            ASSERT_NE(error.fault, Fault::internal) << error.what() << ": " << shown(text);
        } catch (const std::exception& error) {
            FAIL() << error.what() << ": " << shown(text);
        }
        if (::testing::Test::HasFailure()) {
            ADD_FAILURE() << "of " << shown(text);
            return;
        }
    }
}

void write(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Mutants, json) {
    survive({R"({"a":1,"b":[true,null,"x\u00e9\ud83d\ude00"],"c":{"d":-1.5e3,"e":""}})", R"([[[[[[1]]]],{"":{}}]])",
             R"("plain")", "0.1", "[1,2,3]"},
            30'000, [](const std::string& text, Mutator&) {
                const auto document = JsonDocument::parse(text);
                const auto visit = [](auto&& self, Json json) -> std::size_t {
                    std::size_t size = json.text().size();
                    if (json.kind() == Json::Kind::array || json.kind() == Json::Kind::object)
                        for (auto [key, value] : json) size += key.size() + self(self, value);
                    return size;
                };
                EXPECT_LE(visit(visit, document->root()), 4 * text.size());
            });
}

TEST(Mutants, described_bodies) {
    survive({R"({"title":"灯","colour":"green","count":7,"at":"2026-03-01T08:00:00Z","email":"a@b.cn",)"
             R"("specs":{"功率":"5W"},"parts":[{"name":"x","price":1.50},{"name":"y"}]})",
             R"({"title":"x","colour":"red","count":9007199254740993,"parts":[]})"},
            20'000, [](const std::string& text, Mutator&) {
                Body body;
                decode(record_of<Body>(), &body, text);
                std::string out;
                encode(record_of<Body>(), &body, out);
                Body again;
                decode(record_of<Body>(), &again, out);
                std::string twice;
                encode(record_of<Body>(), &again, twice);
                EXPECT_EQ(out, twice) << "what was read is written and read as the same";
            });
}

TEST(Mutants, request_heads) {
    survive({"POST /api/x/?a=1 HTTP/1.1\r\nHost: a.cn:80\r\nContent-Length: 3\r\nAccept: */*\r\n\r\n",
             "GET http://h/ HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close, x\r\n\r\n",
             "OPTIONS * HTTP/1.1\r\nHost: [::1]\r\nExpect: 100-continue\r\n\r\n"},
            40'000, [](const std::string& text, Mutator& mutator) {
                const http::Limits limits;
                const auto find = [&](bool in_pieces) {
                    std::size_t scanned = 0, have = in_pieces ? 0 : text.size(), length = 0;
                    http::Refusal refusal;
                    do {
                        if (in_pieces) have = std::min(text.size(), have + mutator.piece(20));
                        length = http::find_head(std::string_view(text).substr(0, have), scanned, limits, refusal);
                    } while (length == 0 && !refusal && have < text.size());
                    return std::pair(refusal ? 0 : length, refusal.status);
                };
                const auto [length, status] = find(false);
                const auto [length_in_pieces, status_in_pieces] = find(true);
                // A head that is refused for what follows its first fault may be refused for either.
                EXPECT_EQ(length, length_in_pieces);
                EXPECT_EQ(status == 0, status_in_pieces == 0);
                if (length == 0) return;
                http::Head head;
                if (http::read_head(std::string_view(text).substr(0, length), limits, head)) return;
                EXPECT_FALSE(head.method.empty());
                EXPECT_FALSE(head.chunked && head.has_length) << "two framings";
            });
}

TEST(Mutants, targets_and_small_headers) {
    survive({"/q/8K3FQ7WM2TZ9", "/api/products/?a=%E7%81%AF&b=1+2&c", "bytes=0-499", "gzip;q=0.5, br, *;q=0",
             "zh-CN,zh;q=0.9,en;q=0.8", "multipart/form-data; boundary=\"a b\""},
            40'000, [](const std::string& text, Mutator&) {
                if (const auto path = http::decode_path(text)) EXPECT_TRUE(http::is_utf8(*path));
                if (const auto query = http::decode_query(text)) http::duplicate_key(*query);
                const auto range = http::read_range(text, 1000);
                if (range.kind == http::ByteRange::Kind::part) {
                    EXPECT_GT(range.length, 0u);
                    EXPECT_LE(range.first + range.length, 1000u);
                }
                http::accepts_coding(text, "gzip");
                locale_of(text);
                EXPECT_LE(http::multipart_boundary(text).size(), 70u);
            });
}

// What a reader of frames makes of it, as one text.
std::string frames_of(std::string_view text, const std::function<std::size_t()>& piece) {
    http::FrameReader reader(4096);
    std::string out;
    while (!text.empty()) {
        auto part = text.substr(0, piece());
        text.remove_prefix(part.size());
        while (!part.empty()) {
            std::size_t used = 0;
            const auto got = reader.take(part, used);
            part.remove_prefix(used);
            if (got == http::FrameReader::Got::nothing) break;
            out += std::to_string(int(got)) + ' ';
            if (got == http::FrameReader::Got::broken) return out + std::to_string(reader.fault());
            if (got == http::FrameReader::Got::text)
                out += std::exchange(reader.message(), {});
            else
                out += reader.control();
        }
    }
    return out;
}

TEST(Mutants, socket_frames) {
    const auto masked = [](unsigned char first, std::string payload) {
        const std::string mask = "\x11\x22\x33\x44";
        for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
        return std::string{static_cast<char>(first), static_cast<char>(0x80 | payload.size())} + mask + payload;
    };
    survive({masked(0x81, "hello 灯"), masked(0x01, "be") + masked(0x89, "ping") + masked(0x80, "gun"),
             masked(0x88,
                    "\x03\xe8"
                    "bye"),
             masked(0x8a, "") + masked(0x81, std::string(100, 'x'))},
            40'000, [](const std::string& text, Mutator& mutator) {
                EXPECT_EQ(frames_of(text, [&] { return text.size(); }),
                          frames_of(text, [&] { return mutator.piece(7); }));
            });
}

TEST(Mutants, multipart_bodies) {
    const TempFolder folder;
    int files = 0;
    const auto parts_of = [&](std::string_view text, const std::function<std::size_t()>& piece) {
        http::BodyRule rule;
        rule.multipart = true;
        rule.part_limit_bytes = 4096, rule.field_limit_bytes = 1024, rule.part_count = 8;
        http::Multipart reader("xYz", rule, 1024, [&] { return folder.file(std::to_string(++files)); });
        while (!text.empty()) {
            const auto part = text.substr(0, piece());
            text.remove_prefix(part.size());
            if (const auto refusal = reader.take(part)) return "refused " + std::to_string(refusal.status);
        }
        if (const auto refusal = reader.finish()) return "refused " + std::to_string(refusal.status);
        std::string out;
        for (const auto& part : reader.parts()) {
            out += part.name + '|' + part.filename + '|' + part.content_type + '|' + part.value + '|';
            out += (part.path.empty() ? "" : bytes_of(part.path)) + '\n';
            EXPECT_EQ(part.filename.find('/'), std::string::npos);
        }
        return out;
    };
    survive(
        {"--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--xYz\r\nContent-Disposition: form-data; "
         "name=\"f\"; filename=\"../灯.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--xY\r\n--xYz--\r\n"},
        4'000, [&](const std::string& text, Mutator& mutator) {
            EXPECT_EQ(parts_of(text, [&] { return text.size(); }), parts_of(text, [&] { return mutator.piece(9); }));
        });
}

TEST(Mutants, csv_files) {
    survive(
        {"名称,型号,保修期\r\n\"空气净化器, \"\"A\"\"\",YL-1,12\r\n灯,YL-2,24\r\n", "a;b;c\n1;2;3\n\n4;5;6",
         "a\tb\n'=1+1\t-2\n", "\xff\xfe\x61\x00\x2c\x00\x62\x00", "\xc3\xfb\xb3\xc6,\xd0\xcd\xba\xc5\n\xb5\xc6,1\n"},
        8'000, [](const std::string& text, Mutator&) {
            sheets::ReadLimits limits;
            limits.rows = 50, limits.columns = 20;
            sheets::read_csv(sheets::to_utf8(text), limits, [](std::size_t, const sheets::Row& cells) {
                EXPECT_LE(cells.size(), 20u);
                return true;
            });
        });
}

TEST(Mutants, workbooks) {
    const TempFolder folder;
    const auto good = folder.file("good.xlsx"), bad = folder.file("bad.xlsx");
    auto writer = sheets::write_xlsx(good, "灯", {{"名称"}, {"数量", sheets::Shape::integer}}, Time{1'770'000'000'000});
    for (int i = 0; i < 20; ++i)
        writer->row(
            sheets::Row{sheets::Cell::of_text("灯 " + std::to_string(i)), sheets::Cell::of_number(std::to_string(i))});
    writer->finish();
    survive({bytes_of(good)}, 1'500, [&](const std::string& text, Mutator&) {
        write(bad, text);
        sheets::ReadLimits limits;
        limits.unpacked_bytes = 1 << 20;
        sheets::read(bad, limits, [](std::size_t, const sheets::Row&) { return true; });
    });
}

TEST(Mutants, codes_tokens_times_and_addresses) {
    const JwtKey key(std::string(32, 'k'));
    const CodeMint mint(std::string(32, 'm'));
    const auto token =
        key.sign({.user = 7, .session = "s", .kind = "access", .issued_s = 1, .expires_s = 4'000'000'000});
    survive({token, "8K3FQ7WM2TZ9ABCD", "https://a.cn/q/8K3FQ7WM2TZ9ABCD", "2026-02-28T23:59:60+08:00",
             "2026-03-01T08:00:00.123456789Z", "2026-02-29", "Zhang.San+x@例子.公司", "+86 138-0013-8000",
             "0571 8888 6666"},
            20'000, [&](const std::string& text, Mutator&) {
                if (const auto at = parse_rfc3339(text)) EXPECT_EQ(parse_rfc3339(format_rfc3339(*at)), at);
                if (const auto day = parse_date(text)) EXPECT_EQ(format_date(*day), text);
                EXPECT_EQ(canonical_code(canonical_code(text)), canonical_code(text));
                mint.judge(text);
                if (const auto code = scanned_code(text)) EXPECT_LE(code->size(), scanned_code_size_max);
                if (const auto email = normalise_email(text)) EXPECT_EQ(normalise_email(*email), email);
                if (const auto phone = normalise_phone(text)) EXPECT_EQ(normalise_phone(*phone), phone);
                if (text == token) return;
                try {
                    key.verify(text, "access", 2);
                    ADD_FAILURE() << "another token passes";
                } catch (const Error& error) {
                    EXPECT_EQ(error.fault, Fault::unauthenticated);
                }
            });
}

TEST(Mutants, expressions_and_templates) {
    const Zone zone;
    survive({"*/5 8-18/2 * * MON-FRI", "0 0 L * *", "15,45 3 1 JAN-MAR 7", "批次 {batch} {code:4}", "{a}{b:12}"},
            20'000, [&](const std::string& text, Mutator&) {
                try {
                    const Cron cron(text);
                    const auto first = cron.next(Time{1'770'000'000'000}, zone);
                    EXPECT_GT(first.ms, 1'770'000'000'000);
                } catch (const Error& error) {
                    EXPECT_EQ(error.code, "cron.invalid");
                }
                print::TextTemplate(text).fill({{"code", "8K3FQ7WM2TZ9"}, {"batch", "7"}});
            });
}

}  // namespace
}  // namespace yuanliu::mutants
