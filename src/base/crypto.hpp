// Hashes, keyed hashes and sealed texts over OpenSSL. Bytes travel in std::string and std::string_view.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/env.hpp"

namespace yuanliu {

// 256 bits: a digest, or a key. A key comes from Env::random or from derive_key, never from a person.
using Bytes32 = std::array<unsigned char, 32>;

// The same bytes as characters, for what wants a string_view. Lives as long as its argument.
inline std::string_view view(const Bytes32& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes32 sha256(std::string_view data);

// One shot; for a key that signs often keep an HmacKey.
// The same, fed piece by piece.
class Sha256 {
 public:
    Sha256();
    void add(std::string_view data);
    Bytes32 digest();  // once

 private:
    static constexpr std::size_t state_size = 112;  // of OpenSSL's SHA256_CTX; crypto.cpp asserts it
    alignas(8) std::array<unsigned char, state_size> state_{};
};

Bytes32 hmac_sha256(std::string_view key, std::string_view data);

// HKDF-SHA256 without salt: an independent key for each purpose ("vault.seal", "codes" …) from one secret.
// The secret must already be random; a password is not.
Bytes32 derive_key(std::string_view secret, std::string_view purpose);

// Takes the same time wherever the difference is. Sizes are not a secret: different ones answer at once.
bool constant_time_equal(std::string_view a, std::string_view b);

// Overwrites a secret that is no longer needed; the compiler does not take it away.
void wipe(void* bytes, std::size_t size);

// A key ready to sign: the two halves of HMAC that depend on the key alone are computed once. Immutable, hence
// thread-safe. About 0.1 us for a short message, a tenth of the one-shot form.
class HmacKey {
 public:
    explicit HmacKey(std::string_view key);
    HmacKey(const HmacKey&) = default;
    HmacKey& operator=(const HmacKey&) = default;
    ~HmacKey();
    Bytes32 sign(std::string_view data) const;

 private:
    static constexpr std::size_t state_size = 112;  // of OpenSSL's SHA256_CTX; crypto.cpp asserts it
    using State = std::array<unsigned char, state_size>;
    State inner_{};
    State outer_{};
};

// Keeps personal data unreadable at rest. `context` says where a text belongs ("members.phone"): a text sealed for one
// place cannot be opened in another. Thread-safe; each thread reuses its own cipher context.
class Vault {
 public:
    // Both keys in use are derived from `key`. `env` gives the nonces and must outlive the vault.
    explicit Vault(const Bytes32& key, Env& env = Env::real());
    ~Vault();
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;

    // `1.` and base64url of nonce (12 bytes), AES-256-GCM ciphertext, tag (16). Never twice the same text.
    std::string seal(std::string_view plain, std::string_view context) const;
    // Throws internal when the text was cut, altered, sealed under another key or for another context.
    std::string open(std::string_view sealed, std::string_view context) const;
    // The same 22 characters for the same value and context, for exact look-up in an index; nothing can be read
    // back. Normalise the value first (phone.hpp, email.hpp).
    std::string blind(std::string_view value, std::string_view context) const;

 private:
    Bytes32 seal_key_;
    HmacKey blind_key_;
    Env& env_;
};

}  // namespace yuanliu
