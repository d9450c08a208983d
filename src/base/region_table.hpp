// The divisions of China as region.cpp reads them.
#pragma once

#include <string_view>

namespace yuanliu {

struct ProvinceRow {
    std::string_view name;        // 广东省
    std::string_view short_name;  // 广东
    // Cities with a space between them. 苏州(常熟 昆山) is the prefecture 苏州市 and the county-level cities in it;
    // 延边:朝鲜族自治州 has another ending than 市. Empty: the province is its own city.
    std::string_view cities;
};

inline constexpr int province_count = 34;
extern const ProvinceRow province_rows[province_count];

}  // namespace yuanliu
