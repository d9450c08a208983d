#include "base/unit_code.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <span>

#include "base/text.hpp"

namespace yuanliu {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t random_symbols = 9;
constexpr std::size_t mac_symbols = 6;
constexpr std::size_t check_at = random_symbols + mac_symbols;
constexpr std::uint64_t random_mask = (std::uint64_t{1} << (5 * random_symbols)) - 1;
constexpr std::size_t typed_size_max =
    64;  // 16 symbols with a separator between any two; longer texts are not looked at

using Symbols = std::array<std::uint8_t, unit_code_size>;

// The powers of x modulo x^5 + x^2 + 1, which is primitive: the first 31 are all different.
constexpr auto powers = [] {
    std::array<std::uint8_t, 31> table{};
    unsigned value = 1;
    for (auto& power : table) {
        power = static_cast<std::uint8_t>(value);
        value <<= 1;
        if ((value & 32) != 0) value ^= 0b100101;
    }
    return table;
}();

// products[i][s] = x^i * s in GF(32): what symbol s adds to the sum when it stands at place i.
constexpr auto products = [] {
    std::array<std::array<std::uint8_t, 32>, unit_code_size> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        for (std::size_t s = 0; s < 32; ++s) {
            std::uint8_t sum = 0;
            for (std::size_t bit = 0; bit < 5; ++bit) {
                if ((s >> bit & 1) != 0) sum ^= powers[(i + bit) % 31];
            }
            table[i][s] = sum;
        }
    }
    return table;
}();

// Zero for a code whose check symbol is right. The check symbol itself has weight x^0, the others x^1 to x^15.
std::uint8_t syndrome(const Symbols& symbols) {
    std::uint8_t sum = symbols[check_at];
    for (std::size_t i = 0; i < check_at; ++i) sum ^= products[i + 1][symbols[i]];
    return sum;
}

constexpr auto symbol_values = [] {
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        const char c = alphabet[i];
        table[static_cast<unsigned char>(c)] = static_cast<std::int8_t>(i);
        if (c >= 'A') table[static_cast<unsigned char>(c + ('a' - 'A'))] = static_cast<std::int8_t>(i);
    }
    for (const char c : {'O', 'o'}) table[static_cast<unsigned char>(c)] = 0;
    for (const char c : {'I', 'i', 'L', 'l'}) table[static_cast<unsigned char>(c)] = 1;
    return table;
}();

// The 16 symbols of a typed code, or nullopt for another format. Says nothing about the check symbol.
std::optional<Symbols> read(std::string_view text) {
    if (text.size() > typed_size_max) return std::nullopt;
    Symbols symbols{};
    std::size_t count = 0;
    for (const char c : text) {
        if (c == '-' || c == ' ') continue;
        const int value = symbol_values[static_cast<unsigned char>(c)];
        if (value < 0 || count == unit_code_size) return std::nullopt;
        symbols[count++] = static_cast<std::uint8_t>(value);
    }
    return count == unit_code_size ? std::optional(symbols) : std::nullopt;
}

std::string write(const Symbols& symbols) {
    std::string code(unit_code_size, '\0');
    for (std::size_t i = 0; i < unit_code_size; ++i) code[i] = alphabet[symbols[i]];
    return code;
}

// The MAC covers the random symbols as printed, so that it depends on no byte order.
void put_mac(const HmacKey& key, Symbols& symbols) {
    std::array<char, random_symbols> printed{};
    for (std::size_t i = 0; i < random_symbols; ++i) printed[i] = alphabet[symbols[i]];
    const Bytes32 mac = key.sign({printed.data(), printed.size()});
    const std::uint32_t bits =
        std::uint32_t{mac[0]} << 24 | std::uint32_t{mac[1]} << 16 | std::uint32_t{mac[2]} << 8 | mac[3];
    for (std::size_t i = 0; i < mac_symbols; ++i) symbols[random_symbols + i] = bits >> (27 - 5 * i) & 31;
}

std::uint64_t load(const unsigned char* bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < 6; ++i) value = value << 8 | bytes[i];
    return value & random_mask;
}

// The random parts drawn so far. Open addressing at most half full; 0 marks a free place, hence the + 1.
class Drawn {
 public:
    explicit Drawn(std::size_t n) : places_(std::bit_ceil(std::max<std::size_t>(n, 8) * 2)) {}
    // False when it was there already.
    bool add(std::uint64_t random) {
        const std::size_t mask = places_.size() - 1;
        for (std::size_t at = random & mask;; at = (at + 1) & mask) {  // the value is random: no need to hash it
            if (places_[at] == random + 1) return false;
            if (places_[at] != 0) continue;
            places_[at] = random + 1;
            return true;
        }
    }

 private:
    std::vector<std::uint64_t> places_;
};

}  // namespace

std::string canonical_code(std::string_view text) {
    const auto symbols = read(text);
    return symbols && syndrome(*symbols) == 0 ? write(*symbols) : std::string(text);
}

std::string grouped_code(std::string_view code) {
    if (code.size() != unit_code_size || !read(code)) return std::string(code);
    std::string out;
    for (std::size_t i = 0; i < code.size(); i += 4) {
        if (i > 0) out += '-';
        out += code.substr(i, 4);
    }
    return out;
}

std::optional<std::string> scanned_code(std::string_view text) {
    constexpr std::string_view path = "/q/";
    text = trim(text);
    const std::string folded = lower_ascii(text);
    const bool http = folded.starts_with("http://") || folded.starts_with("https://");
    if (http || folded.starts_with(path)) {
        const auto host_end = http ? folded.find('/', folded.find("//") + 2) : 0;
        if (host_end == std::string::npos || folded.compare(host_end, path.size(), path) != 0) return std::nullopt;
        text.remove_prefix(host_end + path.size());
        text = text.substr(0, text.find_first_of("/?#"));
    }
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' ||
               c == '~' || c == '-';
    };
    std::string code = canonical_code(text);
    if (code.empty() || code.size() > scanned_code_size_max || !std::ranges::all_of(code, plain)) return std::nullopt;
    return code;
}

CodeMint::CodeMint(std::string_view key) : key_(view(derive_key(key, "unit.code"))) {}

std::string CodeMint::code_of(std::uint64_t random) const {
    Symbols symbols{};
    for (std::size_t i = 0; i < random_symbols; ++i) symbols[i] = random >> (5 * (random_symbols - 1 - i)) & 31;
    put_mac(key_, symbols);
    symbols[check_at] = syndrome(symbols);
    return write(symbols);
}

std::string CodeMint::mint(Env& env) const {
    std::array<unsigned char, 6> bytes{};
    env.random(bytes);
    return code_of(load(bytes.data()));
}

void CodeMint::mint(Env& env, std::size_t n, std::vector<std::string>& out) const {
    Drawn drawn(n);
    out.reserve(out.size() + n);
    std::vector<unsigned char> pool(6 * std::min<std::size_t>(n, 4096));
    while (n > 0) {
        const std::span<unsigned char> bytes(pool.data(), 6 * std::min<std::size_t>(n, 4096));
        env.random(bytes);
        for (std::size_t at = 0; at < bytes.size(); at += 6) {
            const std::uint64_t random = load(bytes.data() + at);
            if (!drawn.add(random)) continue;
            out.push_back(code_of(random));
            --n;
        }
    }
}

CodeMint::Verdict CodeMint::judge(std::string_view text) const {
    const auto symbols = read(text);
    if (!symbols) return Verdict::foreign;
    if (syndrome(*symbols) != 0) return Verdict::typo;
    Symbols expected = *symbols;
    put_mac(key_, expected);
    return constant_time_equal(write(expected), write(*symbols)) ? Verdict::genuine : Verdict::forged;
}

}  // namespace yuanliu
