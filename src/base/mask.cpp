#include "base/mask.hpp"

#include <algorithm>
#include <cstddef>

#include "base/text.hpp"

namespace yuanliu {
namespace {

constexpr std::string_view stars = "****";

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(), [&](auto ending) { return text.ends_with(ending); });
}

// How many bytes of the address name a district at most; 0 when none is found. A district ends in 区, 县 or 旗 within
// the first 20 characters; a housing estate (小区), community (社区), park (园区) or campus (校区) is already the
// street.
std::size_t district_end(std::string_view address) {
    const std::string_view head = clip(address, 20);
    std::size_t city = 0;
    for (std::size_t end = 3; end <= head.size(); ++end) {
        const std::string_view read = head.substr(0, end);
        if (ends_with_any(read, {"小区", "社区", "园区", "校区", "自治区", "市辖区", "地区"})) continue;
        if (end >= 9 && ends_with_any(read, {"区", "县", "旗"})) return end;
        if (read.ends_with("市") && !head.substr(end).starts_with("场")) city = end;
    }
    return city;
}

}  // namespace

std::string mask_phone(std::string_view phone) {
    if (phone.starts_with("+86") && phone.size() == 14) phone.remove_prefix(3);
    if (phone.size() < 8)
        return std::string(stars) += phone.substr(phone.size() - std::min<std::size_t>(2, phone.size()));
    const std::size_t head = phone.starts_with('+') ? 4 : 3;
    return std::string(phone.substr(0, head)).append(stars).append(phone.substr(phone.size() - 4));
}

std::string mask_email(std::string_view email) {
    const auto at = email.rfind('@');
    if (at == std::string_view::npos) return mask_name(email);
    return std::string(clip(email.substr(0, at), 1)).append("***").append(email.substr(at));
}

std::string mask_name(std::string_view name) {
    const std::size_t hidden = std::max<std::size_t>(count_code_points(name), 1) - 1;
    return std::string(clip(name, 1)).append(std::clamp<std::size_t>(hidden, name.empty() ? 0 : 1, 2), '*');
}

std::string mask_address(std::string_view address) {
    const std::size_t end = district_end(address);
    return std::string(end > 0 ? address.substr(0, end) : clip(address, 3)).append(stars);
}

}  // namespace yuanliu
