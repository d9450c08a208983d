// Which province and city a Chinese address lies in, for sales territories. Pure functions over a built-in table of the
// 34 province-level divisions, all prefecture-level ones and the county-level cities; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yuanliu {

struct Region {
    std::string province;  // long form: 广东省, 北京市, 内蒙古自治区, 香港特别行政区
    std::string city;  // long form of the prefecture: 深圳市, 延边朝鲜族自治州, 兴安盟; empty when it cannot be read.
                       // A municipality and a special region are their own city. A county-level city that belongs
                       // to no prefecture (济源市) stands for itself
    bool operator==(const Region&) const = default;
};

// Reads the head of an address: 广东省深圳市南山区…, 广东深圳, 浙江义乌市… (in 金华市), 深圳市南山区… without its
// province. Spaces, commas, hyphens and slashes between the parts do not matter. nullopt when no province can be told:
// a wrong region is worse than none (北京东路88号 is a street anywhere).
std::optional<Region> region_of(std::string_view address);

// A sales territory: exactly the name of a province or of a prefecture-level city (广东省, 广东, 广东省深圳市, 深圳),
// and nothing finer, which `within` would widen to its city. nullopt for anything else.
std::optional<Region> territory_of(std::string_view text);

// Whether a territory (广东省, 广东, 广东省深圳市, 深圳 …) covers the region. A region whose city is unknown is inside
// of its province only. A territory that cannot be read covers nothing; one finer than a city counts as its city.
bool within(const Region& region, std::string_view territory);

}  // namespace yuanliu
