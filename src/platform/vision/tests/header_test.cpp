#include "platform/vision/picture.hpp"
#include "platform/vision/tests/vision_kit.hpp"

namespace yuanliu::vision {
namespace {

std::string big(std::uint64_t value, int size) {
    std::string out;
    for (int i = size; i-- > 0;) out += char(value >> (8 * i) & 255);
    return out;
}

std::string png_head(std::uint32_t width, std::uint32_t height) {
    return std::string("\x89PNG\r\n\x1A\n", 8) + big(13, 4) + "IHDR" + big(width, 4) + big(height, 4) +
           std::string("\x08\x02\0\0\0", 5) + big(0, 4);
}

std::string segment(int marker, const std::string& body) {
    return std::string("\xFF") + char(marker) + big(body.size() + 2, 2) + body;
}
std::string frame(int marker, int width, int height) {
    return segment(marker, "\x08" + big(std::uint64_t(height), 2) + big(std::uint64_t(width), 2) + "\x01\x01\x11" +
                               std::string(1, '\0'));
}
std::string scan() { return segment(0xDA, std::string("\x01\x01\0\0\x3F\0", 6)) + "data"; }
std::string jpeg_head(int width, int height) { return "\xFF\xD8" + frame(0xC0, width, height) + scan(); }

std::string little(std::uint64_t value, int size) {
    std::string out;
    for (int i = 0; i < size; ++i) out += char(value >> (8 * i) & 255);
    return out;
}
std::string webp(const std::string& kind, const std::string& body) {
    return "RIFF" + little(body.size() + 12, 4) + "WEBP" + kind + little(body.size(), 4) + body;
}
std::string webp_extended(std::uint64_t width, std::uint64_t height, char flags = 0) {
    return webp("VP8X", std::string(1, flags) + std::string(3, '\0') + little(width - 1, 3) + little(height - 1, 3));
}

std::string tiff(bool is_little, int orientation) {
    const auto number = [&](std::uint64_t v, int size) { return is_little ? little(v, size) : big(v, size); };
    return (is_little ? "II" : "MM") + number(42, 2) + number(8, 4) + number(1, 2) + number(0x0112, 2) + number(3, 2) +
           number(1, 4) + number(std::uint64_t(orientation), 2) + number(0, 2) + number(0, 4);
}
std::string exif(const std::string& block) { return segment(0xE1, std::string("Exif\0\0", 6) + block); }

TEST(Header, tells_three_kinds_of_pictures_by_their_content) {
    const auto png = read_header(png_head(640, 480));
    EXPECT_EQ(png.format, Format::png);
    EXPECT_EQ(png.width, 640);
    EXPECT_EQ(png.height, 480);
    const auto jpeg = read_header(jpeg_head(4000, 3000));
    EXPECT_EQ(jpeg.format, Format::jpeg);
    EXPECT_EQ(jpeg.width, 4000);
    EXPECT_EQ(jpeg.height, 3000);
    EXPECT_FALSE(jpeg.whole);
    const auto extended = read_header(webp_extended(1200, 900));
    EXPECT_EQ(extended.format, Format::webp);
    EXPECT_EQ(extended.width, 1200);
    EXPECT_EQ(extended.height, 900);
    const auto lossy =
        read_header(webp("VP8 ", std::string("\0\0\0\x9D\x01\x2A", 6) + little(320, 2) + little(240, 2)));
    EXPECT_EQ(lossy.width, 320);
    EXPECT_EQ(lossy.height, 240);
    const auto lossless = read_header(webp("VP8L", "\x2F" + little(319 | 239 << 14, 4)));
    EXPECT_EQ(lossless.width, 320);
    EXPECT_EQ(lossless.height, 240);
}

TEST(Header, refuses_what_is_no_picture) {
    for (const std::string& bytes :
         {std::string(), std::string("hello, I am a text"), std::string("GIF89a\1\0\1\0\0\0\0"),
          std::string("%PDF-1.7"), std::string("\xFF\xD8"), std::string("RIFF\4\0\0\0WAVE"),
          std::string("BM\x46\0\0\0")})
        EXPECT_EQ(refusal([&] { read_header(bytes); }), "vision.not_a_picture") << bytes;
}

TEST(Header, refuses_bombs_before_anything_is_unpacked) {
    EXPECT_EQ(refusal([] { read_header(png_head(60'000, 60'000)); }), "vision.too_many_pixels");
    EXPECT_EQ(refusal([] { read_header(png_head(0x7FFFFFFF, 0x7FFFFFFF)); }), "vision.too_many_pixels");
    EXPECT_EQ(refusal([] { read_header(png_head(0xFFFFFFFF, 1)); }), "vision.too_many_pixels");
    EXPECT_EQ(refusal([] { read_header(jpeg_head(65'535, 65'535)); }), "vision.too_many_pixels");
    EXPECT_EQ(refusal([] { read_header(webp_extended(16'384, 16'384)); }), "vision.too_many_pixels");
    EXPECT_EQ(refusal([] { read_header(png_head(0, 5)); }), "vision.unreadable");
    EXPECT_EQ(refusal([] { read_header(jpeg_head(5, 0)); }), "vision.unreadable");
    // The largest that are taken: what phones make, line by line or whole.
    EXPECT_EQ(refusal([] { read_header(jpeg_head(9'248, 6'920)); }), "");
    EXPECT_EQ(refusal([] { read_header(png_head(6'000, 4'000)); }), "");
    EXPECT_EQ(refusal([] { read_header(png_head(6'001, 4'000)); }), "vision.too_many_pixels");
}

TEST(Header, a_jpeg_of_several_scans_is_unpacked_whole) {
    const std::string start = "\xFF\xD8" + frame(0xC2, 6'001, 4'000);
    EXPECT_EQ(refusal([&] { read_header(start + scan()); }), "");
    EXPECT_EQ(refusal([&] { read_header(start + scan() + scan()); }), "vision.too_many_pixels");
    // Neither stuffing nor restart marks are scans, nor is what stands in the segments between.
    EXPECT_EQ(refusal([&] { read_header(start + scan() + std::string("\xFF\0\xDA\xFF\xD3\xDA", 6)); }), "");
    EXPECT_EQ(refusal([&] { read_header(start + scan() + segment(0xFE, "\xFF\xDA..") + "\xFF\xD9"); }), "");
    // Behind the end phones put other pictures; and an end that stands inside a segment is none.
    EXPECT_EQ(refusal([&] { read_header(start + scan() + "\xFF\xD9" + scan() + scan()); }), "");
    EXPECT_EQ(refusal([&] { read_header(start + scan() + segment(0xC4, "\xFF\xD9") + scan()); }),
              "vision.too_many_pixels");
    std::string many = "\xFF\xD8" + frame(0xC2, 100, 100);
    for (int i = 0; i <= scans_max; ++i) many += scan();
    EXPECT_EQ(refusal([&] { read_header(many); }), "vision.unreadable");
}

TEST(Header, knows_how_a_picture_was_held) {
    for (const bool is_little : {true, false}) {
        for (int o = 1; o <= 8; ++o) {
            const auto block = tiff(is_little, o);
            EXPECT_EQ(read_header("\xFF\xD8" + exif(block) + frame(0xC0, 9, 9) + scan()).orientation, o);
            const auto png = png_head(9, 9) + big(block.size(), 4) + "eXIf" + block + big(0, 4);
            EXPECT_EQ(read_header(png).orientation, o);
            const auto web = webp_extended(9, 9) + "EXIF" + little(block.size(), 4) + block;
            EXPECT_EQ(read_header(web).orientation, o);
        }
    }
    // What makes no sense says nothing.
    for (const std::string& block : {std::string(), std::string("II"), tiff(true, 9), tiff(true, 0),
                                     std::string("II*\0\xFF\xFF\xFF\xFF", 8), tiff(false, 6).substr(0, 18)})
        EXPECT_EQ(read_header("\xFF\xD8" + exif(block) + frame(0xC0, 9, 9) + scan()).orientation, 1);
}

TEST(Header, a_head_that_is_cut_off_anywhere_is_refused_and_nothing_worse) {
    photos::Chance chance(1);
    const auto scene = photos::desk(64, 48, chance);
    for (const std::string& whole : {photos::jpeg(scene, 80, 6), photos::png(scene), photos::webp(scene)}) {
        for (std::size_t size = 0; size < 200 && size < whole.size(); ++size) {
            const auto said = refusal([&] { read_header(std::string_view(whole).substr(0, size)); });
            EXPECT_TRUE(said.empty() || said == "vision.unreadable" || said == "vision.not_a_picture") << said;
        }
        // Bytes that say anything: refused or read, never beyond the end (the sanitizers watch).
        std::mt19937_64 bits(7);
        for (int i = 0; i < 2'000; ++i) {
            std::string hurt = whole.substr(0, 400);
            for (int k = 0; k < 4; ++k) hurt[bits() % hurt.size()] = char(bits());
            refusal([&] { read_header(hurt); });
        }
    }
}

}  // namespace
}  // namespace yuanliu::vision
