#include "base/mask.hpp"

#include <gtest/gtest.h>

namespace yuanliu {
namespace {

TEST(Mask, Phone) {
    EXPECT_EQ(mask_phone("13800000000"), "138****0000");
    EXPECT_EQ(mask_phone("+8613812345678"), "138****5678");
    EXPECT_EQ(mask_phone("+85251234567"), "+852****4567");
    EXPECT_EQ(mask_phone("110"), "****10");
    EXPECT_EQ(mask_phone(""), "****");
}

TEST(Mask, Email) {
    EXPECT_EQ(mask_email("zhang@example.com"), "z***@example.com");
    EXPECT_EQ(mask_email("z@example.com"), "z***@example.com");
    EXPECT_EQ(mask_email("张三@example.com"), "张***@example.com");
    EXPECT_EQ(mask_email("not-a-mail"), "n**");
}

TEST(Mask, Name) {
    EXPECT_EQ(mask_name("张三"), "张*");
    EXPECT_EQ(mask_name("张三丰"), "张**");
    EXPECT_EQ(mask_name("迪丽热巴·迪力木拉提"), "迪**");
    EXPECT_EQ(mask_name("张"), "张*");
    EXPECT_EQ(mask_name("Smith"), "S**");
    EXPECT_EQ(mask_name(""), "");
}

TEST(Mask, AddressKeepsTheDistrict) {
    EXPECT_EQ(mask_address("广东省深圳市南山区科技园路1号"), "广东省深圳市南山区****");
    EXPECT_EQ(mask_address("北京市朝阳区望京街道5号院小区3栋"), "北京市朝阳区****");
    EXPECT_EQ(mask_address("上海市浦东新区世纪大道100号"), "上海市浦东新区****");
    EXPECT_EQ(mask_address("浙江省杭州市桐庐县迎春南路"), "浙江省杭州市桐庐县****");
    EXPECT_EQ(mask_address("内蒙古自治区呼和浩特市新城区中山路"), "内蒙古自治区呼和浩特市新城区****");
    EXPECT_EQ(mask_address("广东省东莞市长安镇振安路8号"), "广东省东莞市****");
    EXPECT_EQ(mask_address("广东省东莞市虎门市场3号"), "广东省东莞市****");
    EXPECT_EQ(mask_address("江苏省苏州市昆山市人民路1号"), "江苏省苏州市昆山市****");
    EXPECT_EQ(mask_address("北京市市辖区西城区金融街"), "北京市市辖区西城区****");
    EXPECT_EQ(mask_address("深圳市阳光小区1栋"), "深圳市****");
    EXPECT_EQ(mask_address("12 Long Street, London"), "12 ****");
    EXPECT_EQ(mask_address(""), "****");
}

}  // namespace
}  // namespace yuanliu
