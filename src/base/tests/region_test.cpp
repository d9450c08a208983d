#include "base/region.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "base/region_table.hpp"

namespace yuanliu {
namespace {

struct Row {
    std::string_view address, province, city;
};

void expect_rows(std::initializer_list<Row> rows) {
    for (const auto& row : rows) {
        const auto region = region_of(row.address);
        ASSERT_TRUE(region) << row.address;
        EXPECT_EQ(region->province, row.province) << row.address;
        EXPECT_EQ(region->city, row.city) << row.address;
    }
}

TEST(Region, FullAddresses) {
    expect_rows({
        {"广东省深圳市南山区科技园路1号", "广东省", "深圳市"},
        {"广东省 深圳市 南山区 科技园路1号", "广东省", "深圳市"},
        {"广东省/深圳市/南山区", "广东省", "深圳市"},
        {"广东省，广州市，天河区体育西路103号", "广东省", "广州市"},
        {"518057 广东省深圳市南山区", "广东省", "深圳市"},
        {"中国浙江省杭州市西湖区文三路90号", "浙江省", "杭州市"},
        {"内蒙古自治区呼和浩特市新城区中山路", "内蒙古自治区", "呼和浩特市"},
        {"内蒙古自治区锡林郭勒盟锡林浩特市", "内蒙古自治区", "锡林郭勒盟"},
        {"广西壮族自治区桂林市七星区", "广西壮族自治区", "桂林市"},
        {"新疆维吾尔自治区伊犁哈萨克自治州伊宁市", "新疆维吾尔自治区", "伊犁哈萨克自治州"},
        {"新疆维吾尔自治区喀什地区喀什市", "新疆维吾尔自治区", "喀什地区"},
        {"西藏自治区阿里地区噶尔县", "西藏自治区", "阿里地区"},
        {"黑龙江省大兴安岭地区漠河市", "黑龙江省", "大兴安岭地区"},
        {"云南省西双版纳傣族自治州景洪市", "云南省", "西双版纳傣族自治州"},
        {"贵州省黔西南布依族苗族自治州兴义市", "贵州省", "黔西南布依族苗族自治州"},
        {"台湾省台北市信义区", "台湾省", "台北市"},
    });
}

TEST(Region, MunicipalitiesAreTheirOwnCity) {
    expect_rows({
        {"北京市朝阳区望京街道5号", "北京市", "北京市"},
        {"北京朝阳区望京街道5号", "北京市", "北京市"},
        {"北京市北京市海淀区中关村大街1号", "北京市", "北京市"},
        {"北京市市辖区西城区金融街", "北京市", "北京市"},
        {"上海浦东新区世纪大道100号", "上海市", "上海市"},
        {"重庆市县云阳县", "重庆市", "重庆市"},
        {"天津", "天津市", "天津市"},
        {"香港特别行政区九龙弥敦道", "香港特别行政区", "香港特别行政区"},
        {"香港九龙弥敦道", "香港特别行政区", "香港特别行政区"},
        {"澳门特区", "澳门特别行政区", "澳门特别行政区"},
    });
}

TEST(Region, ShortForms) {
    expect_rows({
        {"广东深圳南山区", "广东省", "深圳市"},
        {"广东深圳市", "广东省", "深圳市"},
        {"广东", "广东省", ""},
        {"广东省", "广东省", ""},
        {"内蒙古鄂尔多斯", "内蒙古自治区", "鄂尔多斯市"},
        {"广西省南宁市", "广西壮族自治区", "南宁市"},
        {"新疆乌鲁木齐天山区", "新疆维吾尔自治区", "乌鲁木齐市"},
        {"吉林延边州延吉市", "吉林省", "延边朝鲜族自治州"},
        {"四川凉山西昌市", "四川省", "凉山彝族自治州"},
        {"湖南长沙县星沙街道", "湖南省", "长沙市"},
        {"黑龙江哈尔滨道里区", "黑龙江省", "哈尔滨市"},
    });
}

TEST(Region, NamesThatLookLikeOthers) {
    expect_rows({
        {"吉林省吉林市船营区", "吉林省", "吉林市"},
        {"吉林吉林市船营区", "吉林省", "吉林市"},
        {"吉林市船营区", "吉林省", "吉林市"},
        {"吉林省长春市朝阳区", "吉林省", "长春市"},
        {"辽宁省朝阳市双塔区", "辽宁省", "朝阳市"},
        {"海南省海口市龙华区", "海南省", "海口市"},
        {"海南三亚天涯区", "海南省", "三亚市"},
        {"青海省海南藏族自治州共和县", "青海省", "海南藏族自治州"},
        {"海南藏族自治州共和县", "青海省", "海南藏族自治州"},
        {"海南州共和县", "青海省", "海南藏族自治州"},
        {"江苏省苏州市昆山市", "江苏省", "苏州市"},
        {"安徽省宿州市埇桥区", "安徽省", "宿州市"},
        {"贵州省毕节市黔西市", "贵州省", "毕节市"},
        {"贵州黔西南州", "贵州省", "黔西南布依族苗族自治州"},
        {"贵州省黔西市", "贵州省", "毕节市"},
        {"河南省南阳市", "河南省", "南阳市"},
        {"河北省邯郸市", "河北省", "邯郸市"},
        {"云南省芒市", "云南省", "德宏傣族景颇族自治州"},
        {"湖南省津市市", "湖南省", "常德市"},
        {"陕西省西安市", "陕西省", "西安市"},
        {"山西省太原市", "山西省", "太原市"},
    });
}

TEST(Region, CountyLevelCitiesAndMissingParts) {
    expect_rows({
        {"江苏省昆山市玉山镇", "江苏省", "苏州市"},
        {"浙江义乌北苑街道", "浙江省", "金华市"},
        {"义乌市稠城街道", "浙江省", "金华市"},
        {"福建省晋江市", "福建省", "泉州市"},
        {"河南省济源市", "河南省", "济源市"},
        {"河南省省直辖县级行政区划济源市", "河南省", "济源市"},
        {"湖北省神农架林区", "湖北省", "神农架林区"},
        {"新疆石河子市", "新疆维吾尔自治区", "石河子市"},
        {"湖北恩施市", "湖北省", "恩施土家族苗族自治州"},
        {"深圳市南山区科技园", "广东省", "深圳市"},
        {"深圳南山区科技园", "广东省", "深圳市"},
        {"深圳", "广东省", "深圳市"},
        {"哈尔滨道里区中央大街", "黑龙江省", "哈尔滨市"},
        {"凉山州西昌市", "四川省", "凉山彝族自治州"},
        {"广东省南山区", "广东省", ""},
        {"广东省城市花园", "广东省", ""},
        {"江苏省南京路5号", "江苏省", ""},
    });
}

TEST(Region, RatherNothingThanAWrongPlace) {
    for (const std::string_view unclear : {"",
                                           "   ",
                                           "南山区科技园",
                                           "朝阳区建国路88号",
                                           "中山路1号",
                                           "中山公园3区",
                                           "北京路123号",
                                           "北京东路88号",
                                           "南京西路1000号",
                                           "广东路",
                                           "中山市场2号",
                                           "上海大道",
                                           "东方花园小区",
                                           "12 Long Street, London",
                                           "人民路1号",
                                           "\xff\xfe",
                                           "市辖区",
                                           "省",
                                           "深圳湾1号",
                                           "朝阳北区"}) {
        EXPECT_EQ(region_of(unclear), std::nullopt) << unclear << " -> " << region_of(unclear)->province;
    }
}

TEST(Region, Within) {
    const Region shenzhen{"广东省", "深圳市"};
    for (const std::string_view inside :
         {"广东省", "广东", "广东省深圳市", "广东深圳", "深圳市", "深圳", " 广东省 深圳市 "}) {
        EXPECT_TRUE(within(shenzhen, inside)) << inside;
    }
    for (const std::string_view outside : {"广东省广州市", "广州", "湖南省", "北京", "", "华南大区", "广东省东莞市"}) {
        EXPECT_FALSE(within(shenzhen, outside)) << outside;
    }
    const Region somewhere{"广东省", ""};
    EXPECT_TRUE(within(somewhere, "广东省"));
    EXPECT_FALSE(within(somewhere, "广东省深圳市"));
    EXPECT_TRUE(within(region_of("北京市朝阳区").value(), "北京"));
    EXPECT_FALSE(within(region_of("海南藏族自治州").value(), "海南省"));
}

// Each division by its own name, alone and after its province, long and short.
TEST(Region, EveryEntryOfTheTableFindsItself) {
    std::map<std::string, int> endings;
    std::set<std::string> names;
    for (const auto& row : province_rows) {
        EXPECT_EQ(region_of(row.name).value().province, row.name);
        EXPECT_EQ(region_of(row.short_name).value().province, row.name);
        std::string list(row.cities);
        std::string prefecture;
        bool inside = false;
        std::string word;
        for (const char c : list + " ") {
            if (c != ' ' && c != '(' && c != ')') {
                word += c;
                continue;
            }
            if (!word.empty()) {
                const auto colon = word.find(':');
                const auto full =
                    colon == std::string::npos ? word + "市" : word.substr(0, colon) + word.substr(colon + 1);
                if (!inside) {
                    prefecture = full;
                    ++endings[full.ends_with("自治州") ? "自治州"
                              : full.ends_with("地区") ? "地区"
                              : full.ends_with("盟")   ? "盟"
                                                       : "市"];
                }
                EXPECT_TRUE(names.insert(full).second) << full << " stands twice";
                const Region expected{std::string(row.name), prefecture};
                EXPECT_EQ(region_of(full), expected) << full;
                EXPECT_EQ(region_of(std::string(row.name) + full), expected) << full;
                EXPECT_EQ(region_of(std::string(row.short_name) + full + "某某街道"), expected) << full;
                EXPECT_TRUE(within(expected, full));
            }
            word.clear();
            inside = c == '(' || (inside && c != ')');
        }
    }
    EXPECT_EQ(endings["自治州"], 30);
    EXPECT_EQ(endings["地区"], 7);
    EXPECT_EQ(endings["盟"], 3);
    // 293 prefecture-level cities, 9 of Taiwan, and the 22 county-level places that no prefecture governs.
    EXPECT_EQ(endings["市"], 293 + 9 + 22);
}

TEST(Territory, IsAProvinceOrACityAndNothingFiner) {
    EXPECT_EQ(territory_of("广东省"), (Region{"广东省", ""}));
    EXPECT_EQ(territory_of("广东"), (Region{"广东省", ""}));
    EXPECT_EQ(territory_of("上海"), (Region{"上海市", "上海市"}));
    EXPECT_EQ(territory_of("广东省深圳市"), (Region{"广东省", "深圳市"}));
    EXPECT_EQ(territory_of("广东 深圳"), (Region{"广东省", "深圳市"}));
    EXPECT_EQ(territory_of("深圳市"), (Region{"广东省", "深圳市"}));
    EXPECT_EQ(territory_of("吉林市"), (Region{"吉林省", "吉林市"}));
    EXPECT_EQ(territory_of("吉林"), (Region{"吉林省", ""}));
    EXPECT_EQ(territory_of("吉林省延边州"), (Region{"吉林省", "延边朝鲜族自治州"}));
    EXPECT_EQ(territory_of("济源市"), (Region{"河南省", "济源市"}));
    for (const char* wrong : {"华东大区", "江浙沪", "", "苏州市吴中区", "江苏省苏州市昆山市", "昆山市",
                              "上海市浦东新区", "广东省 全境", "广东市", "月球"})
        EXPECT_FALSE(territory_of(wrong)) << wrong;
}

// What the console offers must be taken.
TEST(Territory, EveryProvinceAndCityOfTheTableIsOne) {
    for (const auto& row : province_rows) {
        const std::string name(row.name);
        EXPECT_TRUE(territory_of(name)) << name;
        EXPECT_TRUE(territory_of(row.short_name)) << row.short_name;
    }
}

}  // namespace
}  // namespace yuanliu
