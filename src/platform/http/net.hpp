// Addresses: which peer this is, whom we trust to speak for others, and how many connections one address holds.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/address.hpp"
#include "platform/http/http.hpp"

namespace yuanliu::http {

Address address_of(const sockaddr_storage& peer);

class ProxyList {
 public:
    // Throws Error(internal) for an entry that is not an address or CIDR block.
    explicit ProxyList(const std::vector<std::string>& blocks);
    bool empty() const { return blocks_.empty(); }
    bool trusts(const Address& address) const;

 private:
    struct Block {
        Address address;
        int bits;
    };
    std::vector<Block> blocks_;
};

// Rewrites `remote_ip` and `scheme` from X-Forwarded-For and X-Forwarded-Proto. Call only when the peer is trusted:
// the chain is read from its end, over trusted proxies, to the first address nobody vouches for.
void believe_proxy(const ProxyList& proxies, Request& request);

// Connections per address, shared by the I/O threads.
class AddressCap {
 public:
    explicit AddressCap(std::size_t cap) : cap_(cap) {}
    bool enter(const std::string& key);  // false: the address holds its cap already
    void leave(const std::string& key);

 private:
    const std::size_t cap_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::size_t> held_;
};

}  // namespace yuanliu::http
