// What was recorded stays as it was recorded, whatever statement the program sends.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "lifecycle/app_test.hpp"

namespace yuanliu {
namespace {

class RecordsTest : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        make_units(make_type(), {"QR001", "QR002"});
    }
    bool refuses(std::string_view sql) {
        try {
            app().db().write([&](Tx& tx) { tx.exec(sql); });
        } catch (const Error& e) {
            EXPECT_EQ(e.fault, Fault::internal);
            EXPECT_THAT(e.log_text, testing::HasSubstr("append-only")) << sql;
            return true;
        }
        return false;
    }
    std::string unit(std::string_view code) {
        return get(fmt::format("/api/products/get_by_qrcode/?qrcode_id={}", code)).at("data.id");
    }
};
YL_APP_TEST(RecordsTest);

TEST_P(RecordsTest, OperationRecordsAndTimelinesCannotBeChanged) {
    const auto records = get("/api/operation-records/").body;
    const auto timeline = get("/api/products/" + unit("QR001") + "/timeline/").body;
    EXPECT_TRUE(refuses("UPDATE audit_record SET operator_name = 'somebody else'"));
    EXPECT_TRUE(refuses("DELETE FROM audit_record"));
    EXPECT_TRUE(refuses("UPDATE units_timeline SET actor_name = 'somebody else'"));
    EXPECT_TRUE(refuses("DELETE FROM units_timeline WHERE unit_id > 0"));
    EXPECT_EQ(get("/api/operation-records/").body, records);
    EXPECT_EQ(get("/api/products/" + unit("QR001") + "/timeline/").body, timeline);
}

TEST_P(RecordsTest, AUnitThatNeverLeftTheHouseGoesWithItsTimeline) {
    const auto gone = unit("QR001"), stays = unit("QR002");
    EXPECT_EQ(del("/api/products/" + gone + "/").status, 200);
    auto entries = [&](const std::string& id) {
        return app().db().read([&](Rx& rx) {
            return rx.value<std::int64_t>("SELECT count(*) FROM units_timeline WHERE unit_id = ?", std::stoll(id));
        });
    };
    EXPECT_EQ(entries(gone), 0);
    EXPECT_EQ(entries(stays), 1);
    const auto record = get("/api/operation-records/?action=units.products.delete");
    EXPECT_EQ(record.at("data[0].subject_id"), gone) << "that it went is recorded";
}

}  // namespace
}  // namespace yuanliu
