// Photos of real labels, read as the server reads them.
#include <fmt/format.h>

#include "kit/temp_folder.hpp"
#include "platform/print/pdf.hpp"
#include "platform/vision/tests/vision_kit.hpp"

namespace yuanliu::vision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Outcome = PhotoReader::Photo::Outcome;

constexpr std::uint64_t seed = 20261;

class PhotoTest : public ::testing::Test {
 protected:
    // A photo of a label lying on a desk.
    std::string photo_of(const photos::Picture& label, const photos::Pose& pose, int orientation = 0) {
        auto scene = photos::desk(1600, 1200, chance_);
        photos::lay(scene, label, pose);
        photos::blur(scene, 0.8);
        photos::grain(scene, 3, chance_);
        return photos::jpeg(scene, 80, orientation);
    }
    std::vector<std::string> texts(const std::string& bytes) {
        std::vector<std::string> out;
        for (const auto& symbol : read(reader_, bytes).symbols) out.push_back(symbol.text);
        return out;
    }

    FakeEnv env_;
    photos::Chance chance_{seed};
    const std::string code_ = test_mint().mint(env_);
    PhotoReader reader_{env_};
};

TEST_F(PhotoTest, a_qr_code_however_the_label_lies) {
    const auto label = photos::label(layout_of("50x30"), fields_of(code_));
    for (const double turn : {0.0, 7.0, 45.0, 90.0, 180.0, 263.0}) {
        const auto said = read(reader_, photo_of(label, {.share = 0.7, .turn_deg = turn, .tilt = 0.15}));
        ASSERT_EQ(said.symbols.size(), 1U) << turn;
        EXPECT_EQ(said.symbols[0].kind, SymbolKind::qr);
        EXPECT_EQ(said.symbols[0].text, "https://example.cn/q/" + code_);
    }
}

TEST_F(PhotoTest, a_qr_code_under_all_that_phones_do) {
    const auto label = photos::label(layout_of("60x40"), fields_of(code_));
    for (int i = 0; i < 20; ++i) {
        std::string how;
        const auto bytes = photos::snapshot(label, photos::ordinary, chance_, &how);
        EXPECT_THAT(texts(bytes), ElementsAre("https://example.cn/q/" + code_)) << how;
    }
}

TEST_F(PhotoTest, png_and_webp_and_a_phone_held_upright) {
    auto scene = photos::desk(1200, 900, chance_);
    photos::lay(scene, photos::label(layout_of("50x30"), fields_of(code_)), {});
    const auto expected = "https://example.cn/q/" + code_;
    EXPECT_THAT(texts(photos::png(scene)), ElementsAre(expected));
    EXPECT_THAT(texts(photos::webp(scene)), ElementsAre(expected));
    for (const int orientation : {3, 6, 8})
        EXPECT_THAT(texts(photos::jpeg(scene, 80, orientation)), ElementsAre(expected));
}

TEST_F(PhotoTest, bars_alone_at_any_angle) {
    const auto label = photos::label(bar_layout(), fields_of(code_));
    for (int turn = 0; turn < 360; turn += 30) {
        const auto said = read(reader_, photo_of(label, {.share = 0.8, .turn_deg = double(turn)}));
        ASSERT_EQ(said.symbols.size(), 1U) << turn;
        EXPECT_EQ(said.symbols[0].kind, SymbolKind::barcode);
        EXPECT_EQ(said.symbols[0].text, code_);
    }
}

TEST_F(PhotoTest, several_labels_in_one_photo) {
    const auto other = test_mint().mint(env_);
    auto scene = photos::desk(1600, 1200, chance_);
    photos::lay(scene, photos::label(layout_of("50x30"), fields_of(code_)),
                {.x = 0.3, .y = 0.3, .share = 0.5, .turn_deg = 5});
    photos::lay(scene, photos::label(bar_layout(), fields_of(other)),
                {.x = 0.7, .y = 0.72, .share = 0.55, .turn_deg = -4});
    EXPECT_THAT(texts(photos::jpeg(scene)), UnorderedElementsAre("https://example.cn/q/" + code_, other));
}

// ZXing 1.4 fails an assertion over two bar codes alike when it is asked for several.
TEST_F(PhotoTest, two_cartons_with_the_same_bars) {
    const auto label = photos::label(bar_layout(), fields_of(code_));
    auto scene = photos::desk(2000, 1500, chance_);
    photos::lay(scene, label, {.x = 0.5, .y = 0.25, .share = 0.6});
    photos::lay(scene, label, {.x = 0.5, .y = 0.75, .share = 0.6});
    EXPECT_THAT(texts(photos::jpeg(scene)), ElementsAre(code_));
}

TEST_F(PhotoTest, light_on_dark) {
    auto label = photos::label(layout_of("60x40"), fields_of(code_));
    for (float& light : label.light) light = 255 - light;
    EXPECT_THAT(texts(photo_of(label, {.share = 0.8})), ElementsAre("https://example.cn/q/" + code_));
    auto bars = photos::label(bar_layout(), fields_of(code_));
    for (float& light : bars.light) light = 255 - light;
    EXPECT_THAT(texts(photo_of(bars, {.share = 0.8})), ElementsAre(code_));
}

TEST_F(PhotoTest, somebody_elses_qr_code_is_told_as_it_is) {
    const auto foreign = photos::read_png(print::qr_png(print::encode_qr("https://shop.example/item/42?x=1"), 10));
    EXPECT_THAT(texts(photo_of(foreign, {.share = 0.5})), ElementsAre("https://shop.example/item/42?x=1"));
}

TEST_F(PhotoTest, the_printed_serial_of_a_scratched_label) {
    for (const std::string_view preset : {"40x30", "50x30", "60x40", "70x50", "a4-3x8", "a4-3x8-full"}) {
        const auto label = scratched(preset, code_, chance_);
        for (const double turn : {0.0, 7.0, 90.0, 180.0}) {
            const auto said = read(reader_, photo_of(label, {.share = 0.8, .turn_deg = turn, .tilt = 0.1}));
            EXPECT_THAT(said.symbols, IsEmpty());
            EXPECT_THAT(said.codes, ElementsAre(code_)) << preset << " turned by " << turn;
            EXPECT_EQ(said.outcome, Outcome::done);
        }
    }
    EXPECT_THAT(read(reader_, photo_of(scratched("60x40", code_, chance_), {}, 6)).codes, ElementsAre(code_));
}

TEST_F(PhotoTest, the_printed_serials_of_two_scratched_labels) {
    const auto other = test_mint().mint(env_);
    auto scene = photos::desk(1600, 1200, chance_);
    photos::lay(scene, scratched("60x40", code_, chance_), {.x = 0.3, .y = 0.3, .share = 0.55, .turn_deg = 4});
    photos::lay(scene, scratched("50x30", other, chance_), {.x = 0.68, .y = 0.72, .share = 0.55, .turn_deg = -9});
    EXPECT_THAT(read(reader_, photos::jpeg(scene)).codes, UnorderedElementsAre(code_, other));
}

TEST_F(PhotoTest, a_serial_engraved_light_on_dark) {
    auto label = scratched("60x40", code_, chance_);
    for (float& light : label.light) light = 255 - light;
    EXPECT_THAT(read(reader_, photo_of(label, {.share = 0.85, .turn_deg = 3})).codes, ElementsAre(code_));
}

TEST_F(PhotoTest, a_label_from_the_printed_page) {
    TempFolder folder;
    const auto pdf = folder.file("labels.pdf");
    print::LabelPdf out(pdf, layout_of("60x40"), "labels", env_.now());
    out.add(fields_of(code_));
    out.finish();
    const auto command = fmt::format("pdftoppm -png -r 600 -singlefile {} {}", pdf, folder.file("page"));
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ostringstream png;
    png << std::ifstream(folder.file("page.png"), std::ios::binary).rdbuf();
    auto label = photos::read_png(png.str());
    EXPECT_THAT(texts(photo_of(label, {.turn_deg = 12, .tilt = 0.1})), ElementsAre("https://example.cn/q/" + code_));
    const double scale = 2;  // 600 dots an inch, where qr_place counts 300
    auto place = photos::qr_place(layout_of("60x40"));
    photos::scratch(label, {place.x * scale, place.y * scale, place.width * scale, place.height * scale}, chance_);
    const auto said = read(reader_, photo_of(label, {.turn_deg = 12, .tilt = 0.1}));
    EXPECT_THAT(said.symbols, IsEmpty());
    EXPECT_THAT(said.codes, ElementsAre(code_));
}

TEST_F(PhotoTest, nothing_is_seen_where_nothing_is) {
    for (int i = 0; i < 5; ++i) {
        auto scene = photos::desk(1600, 1200, chance_);
        photos::shade(scene, 0.5, chance_);
        photos::grain(scene, 10, chance_);
        const auto said = read(reader_, photos::jpeg(scene, 70));
        EXPECT_THAT(said.symbols, IsEmpty());
        EXPECT_THAT(said.codes, IsEmpty());
        EXPECT_EQ(said.outcome, Outcome::done);
    }
    EXPECT_THAT(read(reader_, photos::png(photos::Picture(1, 1))).codes, IsEmpty());
    EXPECT_THAT(read(reader_, photos::png(photos::Picture(3'000, 2))).codes, IsEmpty());
}

TEST_F(PhotoTest, half_a_photo_says_what_the_half_has) {
    auto scene = photos::desk(1600, 1200, chance_);
    photos::lay(scene, photos::label(layout_of("50x30"), fields_of(code_)), {.y = 0.25, .share = 0.45});
    const auto bytes = photos::jpeg(scene);
    const auto said = read(reader_, bytes.substr(0, bytes.size() * 3 / 4));
    EXPECT_TRUE(said.damaged);
    ASSERT_EQ(said.symbols.size(), 1U);
}

// How often the print is made out, so that a change that reads worse is seen. The floors are a little below what was
// seen when this was written: 100 of 100, and of the bad ones 97 of 100.
TEST_F(PhotoTest, how_often_a_damaged_label_is_read) {
    struct Kind {
        const char* name;
        photos::Badness badness;
        int photos, floor;
    };
    constexpr std::string_view presets[] = {"40x30", "50x30", "60x40", "70x50", "a4-3x8"};
    for (const Kind& kind : {Kind{"ordinary", photos::ordinary, 100, 97}, Kind{"bad", photos::bad, 50, 43}}) {
        int right = 0, wrong = 0;
        std::string missed;
        for (int i = 0; i < kind.photos; ++i) {
            const auto code = test_mint().mint(env_);
            const auto preset = presets[std::size_t(i) % std::size(presets)];
            std::string how;
            const auto bytes = photos::snapshot(scratched(preset, code, chance_), kind.badness, chance_, &how);
            const auto said = read(reader_, bytes);
            ASSERT_THAT(said.symbols, IsEmpty()) << how;  // else this measures nothing
            const bool mine = said.codes == std::vector{code};
            right += mine;
            wrong += !mine && !said.codes.empty();
            if (!mine) missed += fmt::format("\n  {} {}", preset, how);
        }
        fmt::print("{} photos of scratched labels (seed {}): {} of {} serials made out{}\n", kind.name, seed, right,
                   kind.photos, missed);
        EXPECT_GE(right, kind.floor) << kind.name;
        EXPECT_EQ(wrong, 0) << "a code that is not on the label was made out";
    }
}

}  // namespace
}  // namespace yuanliu::vision
