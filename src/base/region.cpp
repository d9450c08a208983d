#include "base/region.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "base/region_table.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace yuanliu {
namespace {

constexpr std::size_t head_bytes = 240;  // province and city stand in the first few dozen characters

struct City {
    std::string_view stem;    // 苏州, 昆山
    std::string_view ending;  // 市, 朝鲜族自治州
    std::string prefecture;   // 苏州市 for both
    bool county_level = false;
};

struct Province {
    std::string_view name, short_name;
    std::vector<City> cities;  // the longest stems first, so that 黔西南 is not read as 黔西
};

// Reads one row's list of cities; its format is told in region_table.hpp.
std::vector<City> cities_of(std::string_view list) {
    std::vector<City> cities;
    std::string prefecture;
    bool inside = false;
    while (!list.empty()) {
        const auto size = std::min(list.find_first_of(" ()"), list.size());
        const auto word = list.substr(0, size);
        if (!word.empty()) {
            const auto colon = word.find(':');
            const auto stem = word.substr(0, colon);
            const auto ending = colon == std::string_view::npos ? std::string_view("市") : word.substr(colon + 1);
            if (!inside) prefecture = std::string(stem).append(ending);
            cities.push_back({stem, ending, prefecture, inside});
        }
        list.remove_prefix(size);
        if (list.empty()) break;
        if (list.front() == '(') inside = true;
        if (list.front() == ')') inside = false;
        list.remove_prefix(1);
    }
    std::stable_sort(cities.begin(), cities.end(),
                     [](const City& a, const City& b) { return a.stem.size() > b.stem.size(); });
    return cities;
}

const std::vector<Province>& provinces() {
    static const std::vector<Province> all = [] {
        std::vector<Province> made;
        for (const auto& row : province_rows) made.push_back({row.name, row.short_name, cities_of(row.cities)});
        return made;
    }();
    return all;
}

bool skip(std::string_view& text, std::string_view head) {
    if (!text.starts_with(head)) return false;
    text.remove_prefix(head.size());
    return true;
}

bool skip_any(std::string_view& text, std::initializer_list<std::string_view> heads) {
    return std::any_of(heads.begin(), heads.end(), [&](auto head) { return skip(text, head); });
}

// The address without what only separates its parts, its post code and the name of the country.
std::string compact(std::string_view address) {
    std::string out;
    address = address.substr(0, head_bytes);
    while (!address.empty()) {
        if (skip_any(address, {" ", "\t", "\n", "\r", ",", "-", "/", "|", "\u3000", "，", "、", "·", "－", "—"}))
            continue;
        const auto size = first_code_point(address).size;
        if (size == 0) break;  // not UTF-8, or the end was cut inside a character
        out += address.substr(0, size);
        address.remove_prefix(size);
    }
    std::string_view rest = out;
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789"), rest.size()));
    skip_any(rest, {"中华人民共和国", "中国"});
    return std::string(rest);
}

// 北京 in 北京路, 北京东路, 北京大道 names a street, not a place.
bool goes_on_as_street(std::string_view rest) {
    skip_any(rest, {"东", "西", "南", "北", "中"});
    if (rest.starts_with("道里") || rest.starts_with("道外")) return false;  // two districts of Harbin
    return skip_any(rest, {"路", "街", "道", "巷", "弄", "大道", "大街", "大路", "胡同"});
}

// 区, 县, 市 or 旗 after one to four Chinese characters: what follows a city when its 市 was left out.
bool goes_on_as_district(std::string_view rest) {
    for (int characters = 0; characters <= 4 && !rest.empty(); ++characters) {
        const bool district = characters > 0 && (rest.starts_with("区") || rest.starts_with("县") ||
                                                 rest.starts_with("市") || rest.starts_with("旗"));
        if (district) return true;
        if (rest.starts_with("小区") || rest.starts_with("社区") || rest.starts_with("园区") ||
            rest.starts_with("校区"))
            return false;
        const auto [value, size] = first_code_point(rest);
        if (value < 0x4e00 || value > 0x9fff) return false;
        rest.remove_prefix(size);
    }
    return false;
}

// 昆山市…, 延边朝鲜族自治州…, 延边州…
bool starts_with_full_name(std::string_view text, const City& city) {
    if (!skip(text, city.stem)) return false;
    if (skip(text, city.ending)) return city.ending != "市" || !text.starts_with("场");  // 中山市场 is a market
    if (city.ending.ends_with("自治州")) return skip_any(text, {"自治州", "州", "市"});
    return city.ending == "地区" && skip(text, "市");
}

// 昆山… after its province.
bool starts_with_stem(std::string_view text, const City& city) {
    if (city.stem.size() < 6 || !skip(text, city.stem)) return false;  // under two characters nothing can be told
    if (text.starts_with("区") || text.starts_with("镇") || text.starts_with("乡") || text.starts_with("村"))
        return false;
    if (text.starts_with("市场") || (city.county_level && text.starts_with("县"))) return false;
    return !goes_on_as_street(text);
}

// The city at the head of what follows the province, or "".
std::string city_in(const Province& province, std::string_view rest) {
    if (province.cities.empty()) return std::string(province.name);
    skip(rest, province.name);  // some forms print it twice
    skip_any(rest, {"省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖", "自治区直辖"});
    for (const auto reads : {starts_with_full_name, starts_with_stem}) {
        for (const auto& city : province.cities) {
            if (reads(rest, city)) return city.prefecture;
        }
    }
    return {};
}

std::optional<Region> by_full_province(std::string_view text) {
    for (const auto& province : provinces()) {
        std::string_view rest = text;
        if (skip(rest, province.name)) return Region{std::string(province.name), city_in(province, rest)};
    }
    return std::nullopt;
}

std::optional<Region> by_full_city(std::string_view text) {
    for (const auto& province : provinces()) {
        for (const auto& city : province.cities) {
            if (starts_with_full_name(text, city)) return Region{std::string(province.name), city.prefecture};
        }
    }
    return std::nullopt;
}

std::optional<Region> by_short_province(std::string_view text) {
    for (const auto& province : provinces()) {
        std::string_view rest = text;
        if (!skip(rest, province.short_name)) continue;
        if (goes_on_as_street(rest)) return std::nullopt;
        skip_any(rest, {"省", "自治区", "特别行政区", "特区"});  // 广西省 is wrong and common
        return Region{std::string(province.name), city_in(province, rest)};
    }
    return std::nullopt;
}

// 深圳南山区…, or 深圳 alone. Names that are also a district or a common word need their 市.
std::optional<Region> by_short_city(std::string_view text) {
    for (const auto& province : provinces()) {
        for (const auto& city : province.cities) {
            std::string_view rest = text;
            if (city.county_level || !skip(rest, city.stem)) continue;
            const bool alone = rest.empty();
            const bool doubtful = city.stem == "朝阳" || city.stem == "中山" || city.stem == "东方" ||
                                  city.stem == "白杨" || city.stem == "双河";
            if (alone || (!doubtful && !goes_on_as_street(rest) && goes_on_as_district(rest))) {
                return Region{std::string(province.name), city.prefecture};
            }
        }
    }
    return std::nullopt;
}

// 深圳市, 深圳, 延边州: the city and nothing after it.
bool names_city(std::string_view text, const City& city) {
    if (city.county_level || !skip(text, city.stem)) return false;
    return text.empty() || text == city.ending || (city.ending.ends_with("自治州") && text == "州") ||
           (city.ending == "地区" && text == "市");
}

}  // namespace

std::optional<Region> region_of(std::string_view address) {
    const std::string text = compact(address);
    // Full names first: 吉林市 and 海南藏族自治州 begin like the provinces 吉林 and 海南.
    for (const auto read : {by_full_province, by_full_city, by_short_province, by_short_city}) {
        if (auto region = read(text)) return region;
    }
    return std::nullopt;
}

std::optional<Region> territory_of(std::string_view text) {
    const auto region = region_of(text);
    if (!region) return std::nullopt;
    const std::string whole = compact(text);
    for (const auto& province : provinces()) {
        if (province.name != region->province) continue;
        std::string_view rest = whole;
        if (!skip(rest, province.name) && skip(rest, province.short_name))
            skip_any(rest, {"省", "自治区", "特别行政区", "特区"});
        if (rest.empty()) return region;
        const bool city = std::any_of(province.cities.begin(), province.cities.end(), [&](const City& one) {
            return one.prefecture == region->city && (names_city(rest, one) || names_city(whole, one));
        });
        if (city) return region;
    }
    return std::nullopt;
}

bool within(const Region& region, std::string_view territory) {
    const auto ground = region_of(territory);
    return ground && ground->province == region.province && (ground->city.empty() || ground->city == region.city);
}

}  // namespace yuanliu
