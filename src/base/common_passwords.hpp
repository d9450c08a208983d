// The passwords that every guessing tool tries first.
#pragma once

#include <string_view>

namespace yuanliu {

// `password` in lower case. Shorter ones than 8 characters are not listed: the length rule refuses them already.
bool is_common_password(std::string_view password);

}  // namespace yuanliu
