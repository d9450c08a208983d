#pragma once

#include <string_view>

namespace yuanliu::app {

inline constexpr std::string_view version = "0.1.0";

}  // namespace yuanliu::app
