// Addresses of the network, and what stands for whoever is behind one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yuanliu {

// An IPv4 or IPv6 address; IPv4 in its IPv6-mapped form, so that both compare alike.
struct Address {
    std::array<std::uint8_t, 16> bytes = {};
    bool operator==(const Address&) const = default;

    bool is_v4() const;
    std::string text() const;
    // What a limit counts: the IPv4 address, or the /64 of an IPv6 address, which one line owns whole.
    std::string line() const;
};

// A bare address, `1.2.3.4` or `::1` (also `[::1]`); nothing for anything else.
std::optional<Address> parse_address(std::string_view text);

// Address::line() of an address as text; what is no address stands for itself.
std::string line_of(std::string_view address);

}  // namespace yuanliu
