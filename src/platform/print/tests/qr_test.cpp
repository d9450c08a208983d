#include "platform/print/qr.hpp"

#include <cstdlib>

#include "platform/print/tests/print_kit.hpp"

namespace yuanliu::print {
namespace {

// The cells that the rings enclose: the non-zero rule, counted along a ray to the left of each cell's middle.
std::vector<std::uint8_t> filled(const std::vector<std::vector<QrPoint>>& rings, int size) {
    std::vector<std::uint8_t> cells(static_cast<std::size_t>(size * size), 0);
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            int winding = 0;
            for (const auto& ring : rings) {
                for (std::size_t i = 0; i < ring.size(); ++i) {
                    const QrPoint a = ring[i];
                    const QrPoint b = ring[(i + 1) % ring.size()];
                    if (a.x != b.x || a.x > x) continue;
                    if (a.y <= y && b.y > y) ++winding;
                    if (b.y <= y && a.y > y) --winding;
                }
            }
            cells[static_cast<std::size_t>(y * size + x)] = winding != 0 ? 1 : 0;
        }
    }
    return cells;
}

TEST(Qr, upper_case_takes_the_compact_mode) {
    EXPECT_EQ(encode_qr("YL8K3FQ7WM2TZ9XD5HAB").size, 21);  // 20 alphanumeric characters: version 1 at level M
    EXPECT_EQ(encode_qr("yl8k3fq7wm2tz9xd5hab").size, 25);  // the same count of bytes needs version 2
    EXPECT_EQ(encode_qr("HTTPS://Q.EXAMPLE.CN/Q/8K3FQ7WM2TZ9").size, 25);
}

TEST(Qr, a_higher_level_needs_more_modules) {
    const std::string text(50, 'a');
    EXPECT_LT(encode_qr(text, QrLevel::L).size, encode_qr(text, QrLevel::M).size);
    EXPECT_LT(encode_qr(text, QrLevel::M).size, encode_qr(text, QrLevel::Q).size);
    EXPECT_LT(encode_qr(text, QrLevel::Q).size, encode_qr(text, QrLevel::H).size);
}

TEST(Qr, refuses_what_no_symbol_holds) {
    EXPECT_EQ(refusal([] { encode_qr(""); }), "text field.required");
    EXPECT_EQ(refusal([] { encode_qr(std::string_view("a\0b", 3)); }), "text print.qr_zero_byte");
    EXPECT_EQ(refusal([] { encode_qr(std::string(2331, 'a')); }), "");  // version 40-M to the last byte
    EXPECT_EQ(refusal([] { encode_qr(std::string(2332, 'a')); }), "text print.qr_too_long");
    EXPECT_EQ(refusal([] { qr_png(encode_qr("A"), 0); }), "scale field.too_small");
    EXPECT_EQ(refusal([] { qr_svg(encode_qr("A"), 65); }), "scale field.too_large");
}

TEST(Qr, outlines_enclose_exactly_the_dark_modules) {
    for (const std::string text : {"A", "https://example.cn/q/8K3FQ7WM2TZ9", "扫码查真伪"}) {
        const QrMatrix matrix = encode_qr(text);
        EXPECT_EQ(filled(outline_qr(matrix), matrix.size), matrix.cells) << text;
    }
    EXPECT_EQ(outline_qr({2, {1, 0, 0, 1}}).size(), 2u);                 // touching at a corner only: two squares
    EXPECT_EQ(outline_qr({3, {1, 1, 1, 1, 0, 1, 1, 1, 1}}).size(), 2u);  // a square with a hole
    EXPECT_TRUE(outline_qr({2, {0, 0, 0, 0}}).empty());
}

TEST(Qr, another_reader_reads_the_png) {
    const Scratch scratch;
    const std::string path = scratch.path("code.png");
    for (const std::string text :
         {"QR001", "HTTPS://EXAMPLE.CN/Q/8K3FQ7WM2TZ9", "https://example.cn/q/8k3fq7?a=1&b=%20", "源流 防伪码",
          "12345678901234567890123456789012345678901234567890"}) {
        for (const int scale : {3, 5, 8, 13}) {  // 3, 5 and 13 leave rows that end within a byte
            save(path, qr_png(encode_qr(text), scale));
            EXPECT_EQ(run("zbarimg --nodbus --quiet --raw " + path), text + "\n") << "scale " << scale;
        }
    }
}

TEST(Qr, png_is_one_bit_with_a_quiet_zone) {
    const std::string png = qr_png(encode_qr("QR001"), 10);
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(png[i]); };
    EXPECT_EQ(byte(18) << 8 | byte(19), (21 + 8) * 10);  // IHDR: width, height, depth, colour type
    EXPECT_EQ(byte(22) << 8 | byte(23), (21 + 8) * 10);
    EXPECT_EQ(byte(24), 1);
    EXPECT_EQ(byte(25), 0);
    EXPECT_LT(png.size(), 1'000u);  // of 10,730 bytes of pixels
}

TEST(Qr, svg_is_one_path_of_the_same_modules) {
    const QrMatrix matrix = encode_qr("HTTPS://EXAMPLE.CN/Q/8K3FQ7WM2TZ9");
    const std::string svg = qr_svg(matrix, 4);
    EXPECT_NE(svg.find(R"(width="132" height="132" viewBox="0 0 33 33")"), std::string::npos) << svg.substr(0, 200);
    const std::size_t start = svg.find(R"(<path d=")") + 9;
    ASSERT_EQ(svg.find("<path", start), std::string::npos);
    std::vector<std::vector<QrPoint>> rings;
    const char* at = svg.c_str() + start;
    const auto number = [&] {
        char* end = nullptr;
        const long value = std::strtol(at, &end, 10);
        at = end;
        return static_cast<std::int16_t>(value);
    };
    while (*at != '"') {
        const char command = *at++;
        if (command == 'z') continue;
        const std::int16_t value = number();
        if (command == 'M') {
            const std::int16_t y = number();
            rings.push_back({{static_cast<std::int16_t>(value - 4), static_cast<std::int16_t>(y - 4)}});
        } else {
            ASSERT_TRUE(command == 'h' || command == 'v') << command;
            QrPoint next = rings.back().back();
            (command == 'h' ? next.x : next.y) += value;
            rings.back().push_back(next);
        }
    }
    EXPECT_EQ(filled(rings, matrix.size), matrix.cells);
}

}  // namespace
}  // namespace yuanliu::print
