#include "platform/vision/tests/vision_kit.hpp"

namespace yuanliu::vision {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

// A line as read, each letter quite sure.
Reading reading_of(std::string_view text) {
    Reading reading;
    bool space = false;
    for (const char c : text) {
        if (c == ' ')
            space = true;
        else
            reading.glyphs.push_back({std::string(1, c), {0.9}, std::exchange(space, false)});
    }
    return reading;
}

class Serials : public ::testing::Test {
 protected:
    std::optional<std::string> made_out(std::string_view text) {
        int guesses = guesses_max;
        return unit_code_in(reading_of(text), test_mint(), guesses);
    }
    FakeEnv env_;
};

TEST_F(Serials, a_code_of_ours_as_it_is_printed) {
    for (int i = 0; i < 50; ++i) {
        const auto code = test_mint().mint(env_);
        std::string grouped = grouped_code(code);
        std::ranges::replace(grouped, '-', ' ');
        EXPECT_EQ(made_out(grouped), code);
        EXPECT_EQ(made_out(code), code);
        EXPECT_EQ(made_out(grouped_code(code)), code);
    }
}

TEST_F(Serials, letters_that_look_alike_are_told_apart_by_check_symbol_and_mac) {
    constexpr std::string_view meant = "0158BSZ2GQ", read = "OISB852ZCO";
    int swapped = 0;
    for (int i = 0; i < 200; ++i) {
        const auto code = test_mint().mint(env_);
        std::string wrong = code;
        int changed = 0;
        for (char& c : wrong)
            if (const auto at = meant.find(c); at != std::string_view::npos && changed < 2) c = read[at], ++changed;
        swapped += changed;
        EXPECT_EQ(made_out(wrong), code) << wrong;
    }
    EXPECT_GT(swapped, 350);
}

TEST_F(Serials, a_letter_lost_doubled_or_spoilt) {
    for (int i = 0; i < 30; ++i) {
        const auto code = test_mint().mint(env_);
        const auto at = std::size_t(i) % unit_code_size;
        EXPECT_EQ(made_out(std::string(code).erase(at, 1)), code) << at;
        EXPECT_EQ(made_out(std::string(code).insert(at, 1, code[at])), code) << at;
        EXPECT_EQ(made_out(std::string(code).replace(at, 1, 1, code[at] == 'H' ? '3' : 'H')), code) << at;
        EXPECT_EQ(made_out("SN" + code), code);
        EXPECT_EQ(made_out(code + "X7"), code);
    }
}

TEST_F(Serials, what_is_not_ours_is_not_made_ours) {
    const CodeMint other("another key of at least thirty-two characters");
    for (int i = 0; i < 200; ++i) EXPECT_EQ(made_out(other.mint(env_)), std::nullopt);
    EXPECT_EQ(made_out(""), std::nullopt);
    EXPECT_EQ(made_out("2026-03-02"), std::nullopt);
    EXPECT_EQ(made_out(std::string(500, '8')), std::nullopt);
}

TEST_F(Serials, guesses_are_bounded) {
    // Every letter could be every letter: the worst that a drawing can ask for.
    Reading open;
    const std::string all = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (int i = 0; i < 16; ++i) open.glyphs.push_back({all, std::vector<double>(32, 1.0 / 32), false});
    int guesses = guesses_max;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(unit_code_in(open, test_mint(), guesses), std::nullopt);
    EXPECT_EQ(guesses, 0);
    // With nothing left not even a sure one is tested.
    EXPECT_EQ(unit_code_in(reading_of(test_mint().mint(env_)), test_mint(), guesses), std::nullopt);
}

TEST_F(Serials, a_helper_that_says_nonsense_does_no_harm) {
    Reading odd;
    odd.glyphs = {{"", {}, false}, {"A", {}, true}, {"B", {0.5, 0.5}, false}, {"\xFF\x80", {1, 1}, false}};
    int guesses = guesses_max;
    EXPECT_EQ(unit_code_in(odd, test_mint(), guesses), std::nullopt);
    EXPECT_THAT(serials_in(odd, 10), IsEmpty());
}

TEST_F(Serials, other_makers_codes_and_what_they_may_have_been) {
    EXPECT_EQ(serials_in(reading_of("SN-2024-000123"), 60).front(), "SN-2024-000123");
    EXPECT_THAT(serials_in(reading_of("SN-2O24-OOO123"), 60), Contains("SN-2024-000123"));
    EXPECT_THAT(serials_in(reading_of("qr00l"), 60), Contains("QR001"));
    EXPECT_THAT(serials_in(reading_of("No YL9 SN77Q81"), 60), Contains("SN77Q81"));
    EXPECT_THAT(serials_in(reading_of("SN 77 Q81"), 60), Contains("SN77Q81"));
    EXPECT_THAT(serials_in(reading_of("Model"), 60), Not(Contains("Model")));
    EXPECT_THAT(serials_in(reading_of("A1"), 60), IsEmpty());
    EXPECT_LE(serials_in(reading_of("AAA111 BBB222 CCC333 DDD444 EEE555 FFF666 GGG777"), 20).size(), 20U);
}

}  // namespace
}  // namespace yuanliu::vision
