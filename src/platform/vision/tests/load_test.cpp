#include "platform/vision/picture.hpp"
#include "platform/vision/tests/vision_kit.hpp"

namespace yuanliu::vision {
namespace {

// A dark mark near the top left corner, so that every way of holding it looks different.
photos::Picture marked(int width = 120, int height = 80) {
    photos::Picture scene(width, height, 220);
    for (int y = height / 10; y < height / 4; ++y)
        for (int x = width / 10; x < width / 3; ++x) scene.at(x, y) = 20;
    return scene;
}

// The mean difference of two pictures of one size.
double apart(const Picture& a, const photos::Picture& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.light.size(); ++i) sum += std::abs(double(a.light[i]) - double(b.light[i]));
    return sum / double(a.light.size());
}

TEST(Load, three_formats_become_light) {
    const auto scene = marked();
    for (const std::string& bytes : {photos::jpeg(scene, 95), photos::png(scene), photos::webp(scene, 95)}) {
        const auto picture = load(bytes);
        ASSERT_EQ(picture.width, 120);
        ASSERT_EQ(picture.height, 80);
        EXPECT_LT(apart(picture, scene), 6);
        EXPECT_FALSE(picture.damaged);
    }
}

TEST(Load, pictures_stand_upright_however_the_phone_was_held) {
    const auto scene = marked();
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const auto picture = load(photos::jpeg(scene, 95, orientation));
        ASSERT_EQ(picture.width, 120) << orientation;
        ASSERT_EQ(picture.height, 80) << orientation;
        EXPECT_LT(apart(picture, scene), 6) << orientation;
    }
}

TEST(Load, large_pictures_become_smaller) {
    const auto picture = load(photos::jpeg(marked(6'400, 3'200), 60));
    EXPECT_EQ(std::max(picture.width, picture.height), side_max);
    EXPECT_NEAR(double(picture.width) / picture.height, 2, 0.01);
    const auto png = load(photos::png(marked(3'500, 70)));
    EXPECT_EQ(png.width, side_max);
}

TEST(Load, a_file_that_was_cut_off) {
    photos::Chance chance(3);
    const auto scene = photos::desk(400, 300, chance);
    const auto jpeg = photos::jpeg(scene);
    const auto half = load(std::string_view(jpeg).substr(0, jpeg.size() / 2));
    EXPECT_TRUE(half.damaged);  // what there is of it may still have the code
    EXPECT_EQ(half.width, 400);
    for (const std::string& bytes : {photos::png(scene), photos::webp(scene)})
        EXPECT_EQ(refusal([&] { load(std::string_view(bytes).substr(0, bytes.size() / 2)); }), "vision.unreadable");
}

TEST(Load, tiny_and_thin_pictures_are_pictures) {
    for (const auto& [width, height] : {std::pair(1, 1), std::pair(1, 400), std::pair(3'000, 2)}) {
        const auto picture = load(photos::png(photos::Picture(width, height)));
        EXPECT_EQ(picture.width, width);
        EXPECT_EQ(picture.height, height);
    }
}

}  // namespace
}  // namespace yuanliu::vision
