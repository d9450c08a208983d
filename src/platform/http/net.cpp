#include "platform/http/net.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/error.hpp"

namespace yuanliu::http {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

Address address_of(const sockaddr_storage& peer) {
    Address address;
    if (peer.ss_family == AF_INET) {
        address.bytes[10] = address.bytes[11] = 0xff;
        std::memcpy(address.bytes.data() + 12, &reinterpret_cast<const sockaddr_in&>(peer).sin_addr, 4);
    } else if (peer.ss_family == AF_INET6) {
        std::memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr, 16);
    }
    return address;
}

ProxyList::ProxyList(const std::vector<std::string>& blocks) {
    for (const std::string& text : blocks) {
        const std::size_t slash = text.find('/');
        const auto address = parse_address(std::string_view(text).substr(0, slash));
        if (!address) throw internal("trusted proxy is not an address or CIDR block: " + text);
        const int width = address->is_v4() ? 32 : 128;
        int bits = width;
        if (slash != std::string::npos) {
            const char* first = text.data() + slash + 1;
            const char* last = text.data() + text.size();
            const auto [end, error] = std::from_chars(first, last, bits);
            if (error != std::errc{} || end != last || first == last || bits < 0 || bits > width)
                throw internal("trusted proxy has a bad prefix length: " + text);
        }
        blocks_.push_back({*address, bits + 128 - width});
    }
}

bool ProxyList::trusts(const Address& address) const {
    return std::any_of(blocks_.begin(), blocks_.end(), [&](const Block& block) {
        const int whole = block.bits / 8;
        const int rest = block.bits % 8;
        if (std::memcmp(block.address.bytes.data(), address.bytes.data(), static_cast<std::size_t>(whole)) != 0)
            return false;
        if (rest == 0) return true;
        const auto at = static_cast<std::size_t>(whole);
        return (block.address.bytes[at] >> (8 - rest)) == (address.bytes[at] >> (8 - rest));
    });
}

void believe_proxy(const ProxyList& proxies, Request& request) {
    std::string_view last_proto;
    bool done = false;
    // Later header lines extend earlier ones, so the newest hop is the end of the last line.
    for (auto header = request.headers.rbegin(); header != request.headers.rend(); ++header) {
        if (header->first == "x-forwarded-proto" && last_proto.empty()) last_proto = header->second;
        if (header->first != "x-forwarded-for" || done) continue;
        std::string_view chain = header->second;
        while (!done && !chain.empty()) {
            const std::size_t comma = chain.rfind(',');
            const std::string_view hop = trimmed(comma == std::string_view::npos ? chain : chain.substr(comma + 1));
            chain = comma == std::string_view::npos ? std::string_view{} : chain.substr(0, comma);
            const auto address = parse_address(hop);
            done = !address || !proxies.trusts(*address);
            if (address) request.remote_ip = address->text();
        }
    }
    if (last_proto == "https" || last_proto == "http") request.scheme = last_proto;
}

bool AddressCap::enter(const std::string& key) {
    if (cap_ == 0) return true;
    const std::lock_guard lock(mutex_);
    std::size_t& held = held_[key];
    if (held >= cap_) return false;
    ++held;
    return true;
}

void AddressCap::leave(const std::string& key) {
    if (cap_ == 0) return;
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(key);
    if (found != held_.end() && --found->second == 0) held_.erase(found);
}

}  // namespace yuanliu::http
