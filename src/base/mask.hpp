// Personal data as lists and logs may show it: enough to recognise, too little to use. Pure functions on valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace yuanliu {

// 138****0000, from 13800000000 or +8613800000000. Other numbers show country-side and tail: +852****5678. Shorter than
// 8 digits: the last two.
std::string mask_phone(std::string_view phone);

// z***@example.com. Without an @: as a name.
std::string mask_email(std::string_view email);

// 张*, 张**: the family name and at most two stars, so that the length says little.
std::string mask_name(std::string_view name);

// Province, city and district stay, the street goes: 广东省深圳市南山区****. Unreadable: the first three characters.
std::string mask_address(std::string_view address);

}  // namespace yuanliu
