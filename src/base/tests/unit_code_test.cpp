#include "base/unit_code.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "kit/fake_env.hpp"

namespace yuanliu {
namespace {

using Verdict = CodeMint::Verdict;
constexpr std::string_view symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const CodeMint& mint() {
    static const CodeMint made("TEST-ONLY-code-key");
    return made;
}

// Hands out the same bytes again and again for a while, as no real generator would.
class StutteringEnv : public FakeEnv {
 public:
    void random(std::span<unsigned char> out) override {
        FakeEnv::random(out);
        if (rounds_++ < 3) std::fill(out.begin(), out.end(), static_cast<unsigned char>(7));
    }

 private:
    int rounds_ = 0;
};

TEST(UnitCode, MintsGenuineCodes) {
    FakeEnv env;
    for (int i = 0; i < 2000; ++i) {
        const auto code = mint().mint(env);
        ASSERT_EQ(code.size(), unit_code_size);
        ASSERT_EQ(code.find_first_not_of(symbols), std::string::npos) << code;
        ASSERT_EQ(mint().judge(code), Verdict::genuine) << code;
        ASSERT_EQ(canonical_code(code), code);
    }
}

// Labels are printed for years: the format must not change under them. MAC and check symbol were confirmed in Python.
TEST(UnitCode, TheFormatIsAPromise) {
    FakeEnv env({0}, 1);
    EXPECT_EQ(mint().mint(env), "8DXMBPQXXSM8M1GT");
}

TEST(UnitCode, EverySingleWrongSymbolIsATypo) {
    FakeEnv env;
    for (int round = 0; round < 50; ++round) {
        const auto code = mint().mint(env);
        for (std::size_t i = 0; i < code.size(); ++i) {
            for (const char c : symbols) {
                auto wrong = code;
                wrong[i] = c;
                ASSERT_EQ(mint().judge(wrong), wrong == code ? Verdict::genuine : Verdict::typo)
                    << code << ' ' << wrong;
            }
        }
    }
}

// All places, all pairs of different symbols: a code with a right check symbol is built around each pair, then swapped.
TEST(UnitCode, EverySwapOfTwoSymbolsIsATypo) {
    FakeEnv env;
    std::size_t swaps = 0;
    for (std::size_t i = 0; i < unit_code_size; ++i) {
        for (std::size_t j = i + 1; j < unit_code_size; ++j) {
            const std::size_t free = i > 0 ? 0 : j > 1 ? 1 : 2;
            auto code = mint().mint(env);
            for (const char a : symbols) {
                for (const char b : symbols) {
                    if (a == b) continue;
                    code[i] = a;
                    code[j] = b;
                    const auto fits = std::find_if(symbols.begin(), symbols.end(), [&](char c) {
                        code[free] = c;
                        return mint().judge(code) != Verdict::typo;
                    });
                    ASSERT_NE(fits, symbols.end());
                    auto swapped = code;
                    std::swap(swapped[i], swapped[j]);
                    ASSERT_EQ(mint().judge(swapped), Verdict::typo) << code << ' ' << swapped;
                    ++swaps;
                }
            }
        }
    }
    EXPECT_EQ(swaps, 120u * 32 * 31);
}

TEST(UnitCode, AForgerWithoutTheKeyIsFound) {
    FakeEnv env;
    const CodeMint other("TEST-ONLY-another-key");
    int forged = 0;
    for (int round = 0; round < 20'000; ++round) {
        EXPECT_NE(mint().judge(other.mint(env)), Verdict::typo);
        // Right in form, guessed in substance: 15 random symbols and the check symbol that fits them.
        std::array<unsigned char, 15> dice{};
        env.random(dice);
        std::string guess;
        for (const auto die : dice) guess += symbols[die % 32];
        for (const char check : symbols) {
            const auto verdict = mint().judge(guess + check);
            ASSERT_NE(verdict, Verdict::genuine);
            if (verdict == Verdict::forged) ++forged;
        }
    }
    EXPECT_EQ(forged, 20'000);  // exactly one check symbol fits each
    EXPECT_EQ(mint().judge(other.mint(env)), Verdict::forged);
}

TEST(UnitCode, ReadsWhatPeopleType) {
    FakeEnv env;
    const CodeMint maker("TEST-ONLY-code-key");
    std::string code;
    do code = maker.mint(env);
    while (code.find('0') == std::string::npos || code.find('1') == std::string::npos);
    std::string typed = grouped_code(code);
    EXPECT_EQ(typed.size(), 19u);
    EXPECT_EQ(canonical_code(typed), code);
    std::transform(typed.begin(), typed.end(), typed.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::replace(typed.begin(), typed.end(), '0', 'o');
    std::replace(typed.begin(), typed.end(), '1', 'l');
    std::replace(typed.begin(), typed.end(), '-', ' ');
    EXPECT_EQ(canonical_code(typed), code);
    EXPECT_EQ(mint().judge(typed), Verdict::genuine);
    std::replace(typed.begin(), typed.end(), 'l', 'I');
    EXPECT_EQ(canonical_code(" " + typed + "-"), code);
}

TEST(UnitCode, LeavesForeignCodesAlone) {
    for (const std::string_view foreign :
         {"", "QR001", "112sdf", "QR-2026-0001", "UUUUUUUUUUUUUUUU", "0123456789abcde", "0123456789ABCDEFG",
          "源流源流源流源流", "https://example.com/q/1", "0123456789ABCDE\n"}) {
        EXPECT_EQ(canonical_code(foreign), foreign);
        EXPECT_EQ(grouped_code(foreign), foreign);
        EXPECT_EQ(mint().judge(foreign), Verdict::foreign) << foreign;
    }
    const std::string padded = "0123456789ABCDE" + std::string(100, ' ') + "F";
    EXPECT_EQ(mint().judge(padded), Verdict::foreign);
    // 16 symbols with a wrong check symbol: perhaps mistyped, perhaps somebody's own code, in any case not to be
    // rewritten.
    EXPECT_EQ(canonical_code("ol00000000000000"), "ol00000000000000");
    EXPECT_EQ(mint().judge("ol00000000000000"), Verdict::typo);
}

TEST(UnitCode, FindsTheCodeInWhatWasScanned) {
    constexpr std::string_view code = "8DXMBPQXXSM8M1GT";
    for (const std::string_view text :
         {"https://example.cn/q/8DXMBPQXXSM8M1GT", "http://10.0.0.5:8080/q/8DXMBPQXXSM8M1GT/", "8DXMBPQXXSM8M1GT",
          "HTTPS://EXAMPLE.CN/Q/8DXMBPQXXSM8M1GT", "/q/8DXMBPQXXSM8M1GT?from=x#top", " 8dxm-bpqx xsm8 m1gt\n",
          "https://example.cn/q/8dxm-bpqx-xsm8-migt"})
        EXPECT_EQ(scanned_code(text), code) << text;
    EXPECT_EQ(scanned_code("https://example.cn/q/SN_2024.01~a"), "SN_2024.01~a");
    EXPECT_EQ(scanned_code("QR001"), "QR001");
    for (const std::string_view text :
         {"", "  ", "https://example.cn/shop/42", "https://example.cn", "https://example.cn/q/", "weixin://dl/business",
          "WIFI:S:net;P:secret;;", "https://example.cn/x/q/QR001", "\xE5\xBC\xA0\xE4\xB8\x89", "a b c",
          "javascript:alert(1)"})
        EXPECT_EQ(scanned_code(text), std::nullopt) << text;
    EXPECT_EQ(scanned_code(std::string(64, 'x')), std::string(64, 'x'));
    EXPECT_EQ(scanned_code(std::string(65, 'x')), std::nullopt);
}

TEST(UnitCode, ABatchHoldsNoDuplicates) {
    FakeEnv env;
    std::vector<std::string> codes = {"kept"};
    mint().mint(env, 50'000, codes);
    ASSERT_EQ(codes.size(), 50'001u);
    EXPECT_EQ(codes.front(), "kept");
    EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), codes.size());
    for (std::size_t i = 1; i < codes.size(); i += 97) EXPECT_EQ(mint().judge(codes[i]), Verdict::genuine);
    mint().mint(env, 0, codes);
    EXPECT_EQ(codes.size(), 50'001u);

    StutteringEnv stutter;
    std::vector<std::string> few;
    mint().mint(stutter, 100, few);
    EXPECT_EQ(few.size(), 100u);
    EXPECT_EQ(std::set<std::string>(few.begin(), few.end()).size(), 100u);
}

TEST(UnitCode, KeysSeparate) {
    FakeEnv one({0}, 3), same({0}, 3), other({0}, 3);
    EXPECT_EQ(CodeMint("k").mint(one), CodeMint("k").mint(same));
    EXPECT_NE(CodeMint("k2").mint(other), CodeMint("k").mint(one));
}

}  // namespace
}  // namespace yuanliu
