#include "base/password.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/common_passwords.hpp"
#include "kit/fake_env.hpp"

namespace yuanliu {
namespace {

TEST(Password, VerifiesWhatItHashed) {
    FakeEnv env;
    const auto stored = hash_password("correct horse 电池", env);
    EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << stored;
    EXPECT_TRUE(verify_password(stored, "correct horse 电池"));
    EXPECT_FALSE(verify_password(stored, "correct horse 电"));
    EXPECT_FALSE(verify_password(stored, "Correct horse 电池"));
    EXPECT_FALSE(verify_password(stored, ""));
    EXPECT_NE(hash_password("correct horse 电池", env), stored);
    EXPECT_EQ(stored.find('\0'), std::string::npos);
}

// Made by the argon2 command of Debian 12: -id -t 3 -m 12 -p 2.
TEST(Password, VerifiesHashesOfOtherParametersAndAsksToRenewThem) {
    constexpr std::string_view old =
        "$argon2id$v=19$m=4096,t=3,p=2$c29tZXNhbHQ$LpPABDeb1KgKypkPHbjfNPxMj3dnGUCphtUM0xpkh/U";
    EXPECT_TRUE(verify_password(old, "password"));
    EXPECT_FALSE(verify_password(old, "passwore"));
    EXPECT_TRUE(needs_rehash(old));
    EXPECT_TRUE(needs_rehash("$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aaaa"));
    EXPECT_TRUE(needs_rehash("!"));
    FakeEnv env;
    EXPECT_FALSE(needs_rehash(hash_password("password", env)));
}

TEST(Password, UnreadableHashesMatchNothing) {
    for (const std::string_view bad : {"", "!", "password", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$",
                                       "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x", "$2b$12$abcdefghijklmnopqrstuv"}) {
        EXPECT_FALSE(verify_password(bad, "password")) << bad;
    }
    FakeEnv env;
    EXPECT_FALSE(verify_password(hash_password("x", env), std::string(1'000'000, 'x')));
}

TEST(Password, NobodyCostsAHashAndRefusesNothing) {
    EXPECT_NO_THROW(verify_nobody(""));
    EXPECT_NO_THROW(verify_nobody(std::string(2000, 'x')));
}

TEST(Password, Policy) {
    struct Row {
        std::string password;
        std::string_view username, problem;
    };
    const Row rows[] = {
        {"", "", "password.too_short"},
        {"1234567", "zhang", "password.too_short"},
        {"七个汉字的密码", "zhang", "password.too_short"},
        {"八个汉字的密码啊", "zhang", ""},
        {std::string(128, 'a') + "b", "zhang", "password.too_long"},
        {"b" + std::string(127, 'a'), "zhang", ""},
        {"zhangwei88", "ZhangWei88", "password.is_username"},
        {"PassWord123", "zhang", "password.common"},
        {"1qaz2wsx", "zhang", "password.common"},
        {"woaini1314", "zhang", "password.common"},
        {"88888888", "zhang", "password.common"},
        {"AAAAAAAAaaaa", "zhang", "password.common"},
        {"long enough and odd", "zhang", ""},
        {"tab\tinside it", "zhang", "password.not_text"},
        {"\xff\xfe_not_utf8", "zhang", "password.not_text"},
    };
    for (const auto& row : rows)
        EXPECT_EQ(password_problem(row.password, row.username).value_or(""), row.problem) << row.password;
}

TEST(Password, CommonListIsSearchable) {
    EXPECT_TRUE(is_common_password("password"));
    EXPECT_TRUE(is_common_password("zxcvbnm123"));
    EXPECT_TRUE(is_common_password("100200300"));
    EXPECT_FALSE(is_common_password("Password"));
    EXPECT_FALSE(is_common_password("yuanliu-2026"));
}

}  // namespace
}  // namespace yuanliu
