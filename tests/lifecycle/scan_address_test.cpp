// The address on a label, in both its spellings.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "lifecycle/app_test.hpp"
#include "platform/print/qr.hpp"

namespace yuanliu {
namespace {

using testing::HasSubstr;

class ScanAddressTest : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        make_units(make_type(), {"QR001", "SN0000000000001A"});
    }
    std::string picture(std::string_view code) {
        auto id = get(fmt::format("/api/products/get_by_qrcode/?qrcode_id={}", code)).at("data.id");
        return get("/api/products/" + id + "/qrcode/").body;
    }
};
YL_APP_TEST(ScanAddressTest);

TEST_P(ScanAddressTest, CapitalsLeadToTheSamePage) {
    as_nobody();
    const auto page = get("/q/QR001");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("QR001"));
    for (const char* path : {"/Q/QR001", "/Q/QR001/"}) {
        const auto capitals = get(path);
        EXPECT_EQ(capitals.status, 200) << path;
        EXPECT_EQ(capitals.body, page.body) << path;
        EXPECT_EQ(capitals.header("Content-Security-Policy"), page.header("Content-Security-Policy"));
    }
    EXPECT_EQ(post("/Q/QR001", "").status, 405);
    EXPECT_EQ(get("/API/products/").status, 404) << "capitals are for labels alone";
}

TEST_P(ScanAddressTest, AnAddressInSmallLettersIsPrintedAsItIs) {
    EXPECT_EQ(picture("SN0000000000001A"), print::qr_png(print::encode_qr("http://localhost:8080/q/SN0000000000001A")));
}

class CapitalAddressTest : public ScanAddressTest {
 protected:
    void configure(app::Config& config) const override { config.public_url = "HTTPS://YL.EXAMPLE/"; }
};
YL_APP_TEST(CapitalAddressTest);

TEST_P(CapitalAddressTest, AnAddressInCapitalsIsPrintedInCapitalsAndSmaller) {
    const auto capitals = print::encode_qr("HTTPS://YL.EXAMPLE/Q/SN0000000000001A");
    EXPECT_EQ(picture("SN0000000000001A"), print::qr_png(capitals));
    EXPECT_LT(capitals.size, print::encode_qr("https://yl.example/q/SN0000000000001A").size);
}

class LimitedScanTest : public ScanAddressTest {
 protected:
    void configure(app::Config& config) const override { config.rate_limits = app::Switch::on; }
};
YL_APP_TEST(LimitedScanTest);

TEST_P(LimitedScanTest, BothSpellingsAreOneLimit) {
    as_nobody();
    for (int i = 0; i < 60; ++i) EXPECT_EQ(get(i % 2 == 0 ? "/q/QR001" : "/Q/QR001").status, 200);
    EXPECT_EQ(get("/Q/QR001").status, 429);
    EXPECT_EQ(get("/q/QR001").status, 429);
}

}  // namespace
}  // namespace yuanliu
