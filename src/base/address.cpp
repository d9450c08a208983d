#include "base/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace yuanliu {

static constexpr std::array<std::uint8_t, 12> v4_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool Address::is_v4() const { return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin()); }

std::string Address::text() const {
    char text[INET6_ADDRSTRLEN] = {};
    if (is_v4())
        inet_ntop(AF_INET, bytes.data() + v4_prefix.size(), text, sizeof text);
    else
        inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
    return text;
}

std::string Address::line() const {
    if (is_v4()) return text();
    Address network;
    std::copy_n(bytes.begin(), 8, network.bytes.begin());
    return network.text() + "/64";
}

std::optional<Address> parse_address(std::string_view text) {
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
    char buffer[INET6_ADDRSTRLEN] = {};
    if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
    std::memcpy(buffer, text.data(), text.size());
    Address address;
    if (inet_pton(AF_INET, buffer, address.bytes.data() + v4_prefix.size()) == 1) {
        std::copy(v4_prefix.begin(), v4_prefix.end(), address.bytes.begin());
        return address;
    }
    if (inet_pton(AF_INET6, buffer, address.bytes.data()) == 1) return address;
    return std::nullopt;
}

std::string line_of(std::string_view address) {
    const auto parsed = parse_address(address);
    return parsed ? parsed->line() : std::string(address);
}

}  // namespace yuanliu
