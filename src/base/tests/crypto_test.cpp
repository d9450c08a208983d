#include "base/crypto.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "kit/fake_env.hpp"

namespace yuanliu {
namespace {

std::string hex(const Bytes32& digest) { return hex_encode(view(digest)); }

Bytes32 key_of(unsigned char fill) {
    Bytes32 key;
    key.fill(fill);
    return key;
}

bool opens(const Vault& vault, std::string_view sealed, std::string_view context) {
    try {
        vault.open(sealed, context);
        return true;
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::internal);
        return false;
    }
}

TEST(Sha256, FipsVectors) {
    EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// RFC 4231, test cases 1, 2, 3, 6 and 7.
TEST(Hmac, Rfc4231) {
    EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(
        hex(hmac_sha256(std::string(131, '\xaa'),
                        "This is a test using a larger than block-size key and a larger than block-size data. The "
                        "key needs to be hashed before being used by the HMAC algorithm.")),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(Hmac, APreparedKeySignsAgainAndOnManyThreads) {
    const HmacKey key("secret");
    const auto expected = hmac_sha256("secret", "message");
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) EXPECT_EQ(key.sign("message"), expected);
        });
    }
}

// RFC 5869, test case 3 (no salt, no info), first 32 of its 42 bytes.
TEST(DeriveKey, Rfc5869) {
    EXPECT_EQ(hex(derive_key(std::string(22, '\x0b'), "")),
              "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    EXPECT_NE(derive_key("secret", "a"), derive_key("secret", "b"));
    EXPECT_NE(derive_key("secret", "a"), derive_key("secres", "a"));
}

TEST(ConstantTimeEqual, ComparesContentAndSize) {
    EXPECT_TRUE(constant_time_equal("", ""));
    EXPECT_TRUE(constant_time_equal("abc", "abc"));
    EXPECT_FALSE(constant_time_equal("abc", "abd"));
    EXPECT_FALSE(constant_time_equal("abc", "ab"));
}

// The format is a promise to stored data. Both texts were made by Node 20's crypto (hkdfSync, aes-256-gcm, createHmac)
// with a key of 32 ones and the nonce 00 01 … 0b.
TEST(Vault, OpensAndBlindsAsAnotherImplementationDoes) {
    const Vault vault(key_of(1));
    EXPECT_EQ(vault.open("1.AAECAwQFBgcICQoLOv0ZaozNUxawPpunHtTRZs1VC4y_l63wYwMd", "members.phone"), "13800000000");
    EXPECT_EQ(vault.blind("+8613800000000", "members.phone"), "7vAYshCo7VDk9WsmqPx_nw");
}

TEST(Vault, OpensWhatItSealed) {
    FakeEnv env;
    const Vault vault(key_of(1), env);
    const Vault again(key_of(1));
    for (const std::string& plain :
         {std::string(), std::string("13800000000"), std::string("张三\0丰", 10), std::string(100'000, 'x')}) {
        const auto sealed = vault.seal(plain, "members.phone");
        EXPECT_TRUE(sealed.starts_with("1."));
        EXPECT_EQ(base64url_decode(sealed.substr(2)).value().size(), 12 + plain.size() + 16);
        EXPECT_EQ(again.open(sealed, "members.phone"), plain);
    }
}

TEST(Vault, SameTextIsNeverSealedTwiceTheSame) {
    const Vault vault(key_of(1));
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(vault.seal("13800000000", "members.phone"));
    EXPECT_EQ(seen.size(), 1000u);
}

TEST(Vault, RefusesEveryForgery) {
    FakeEnv env;
    const Vault vault(key_of(1), env);
    const auto sealed = vault.seal("13800000000", "members.phone");
    EXPECT_TRUE(opens(vault, sealed, "members.phone"));
    EXPECT_FALSE(opens(vault, sealed, "members.email"));
    EXPECT_FALSE(opens(vault, sealed, ""));
    EXPECT_FALSE(opens(Vault(key_of(2)), sealed, "members.phone"));

    const auto box = base64url_decode(sealed.substr(2)).value();
    for (std::size_t i = 0; i < box.size(); ++i) {
        for (const int bit : {0, 7}) {
            auto altered = box;
            altered[i] = static_cast<char>(altered[i] ^ (1 << bit));
            EXPECT_FALSE(opens(vault, "1." + base64url_encode(altered), "members.phone")) << i;
        }
    }
    for (std::size_t size = 0; size < box.size(); ++size) {
        EXPECT_FALSE(opens(vault, "1." + base64url_encode(box.substr(0, size)), "members.phone")) << size;
    }
    for (const auto& bad : {std::string(), std::string("1."), std::string("2.") + sealed.substr(2), sealed + "=",
                            sealed + "A", " " + sealed, sealed.substr(2)}) {
        EXPECT_FALSE(opens(vault, bad, "members.phone")) << bad;
    }
}

TEST(Vault, AFailureLeavesTheThreadUsable) {
    const Vault vault(key_of(1));
    const auto sealed = vault.seal("one", "c");
    EXPECT_FALSE(opens(vault, sealed, "d"));
    EXPECT_EQ(vault.open(sealed, "c"), "one");
}

TEST(Vault, BlindIsStableKeyedAndSeparatesContexts) {
    const Vault vault(key_of(1));
    const auto blind = vault.blind("+8613800000000", "members.phone");
    EXPECT_EQ(blind.size(), 22u);
    EXPECT_EQ(Vault(key_of(1)).blind("+8613800000000", "members.phone"), blind);
    EXPECT_NE(Vault(key_of(2)).blind("+8613800000000", "members.phone"), blind);
    EXPECT_NE(vault.blind("+8613800000001", "members.phone"), blind);
    EXPECT_NE(vault.blind("+8613800000000", "members.email"), blind);
    EXPECT_NE(vault.blind("c", "ab"), vault.blind("bc", "a"));
}

TEST(Vault, WorksOnManyThreads) {
    const Vault vault(key_of(3));
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&vault, t] {
            for (int i = 0; i < 300; ++i) {
                const auto plain = std::to_string(t) + "/" + std::to_string(i);
                EXPECT_EQ(vault.open(vault.seal(plain, "c"), "c"), plain);
            }
        });
    }
}

TEST(Vault, NonceComesFromEnv) {
    FakeEnv one({0}, 5), same({0}, 5);
    EXPECT_EQ(Vault(key_of(1), one).seal("x", "c"), Vault(key_of(1), same).seal("x", "c"));
}

}  // namespace
}  // namespace yuanliu
