// /api/live/ over real sockets: who connects, what he is told, through which instance it happened.
#include <fmt/format.h>

#include "lifecycle/app_test.hpp"
#include "platform/http/tests/frames.hpp"

namespace yuanliu {
namespace {

using http::eventually;
using http::frame;
using http::Heard;

// A client of /api/live/ that has said what it has to say.
class Listener {
 public:
    Listener(std::uint16_t port, const std::string& hello) : client_(port, "", "/api/live/") {
        EXPECT_EQ(client_.seen.status, 101);
        if (!hello.empty()) say(hello);
    }
    void say(const std::string& text) { client_.send(frame(1, text)); }
    // The next message that has `part`; empty when the connection ended or nothing came in time.
    std::string hear(std::string_view part) {
        for (;;) {
            const Heard heard = client_.hear(20'000);
            if (heard.opcode != 1) return {};
            if (heard.payload.find(part) != std::string::npos) return heard.payload;
        }
    }
    int close_code() {
        for (;;) {
            const Heard heard = client_.hear(20'000);
            if (heard.opcode == 8) return heard.close_code();
            if (heard.opcode < 0) return 0;
        }
    }

 private:
    http::SocketClient client_;
};

std::string hello(const std::string& token, std::string_view language = "zh-CN") {
    return fmt::format(R"({{"token":"{}","language":"{}"}})", token, language);
}

class Live : public AppTest {
 protected:
    void SetUp() override {
        AppTest::SetUp();
        port_ = app().serve();
        app().start_background();
    }
    std::uint16_t port_ = 0;
};
YL_APP_TEST(Live);

TEST_P(Live, ARequestOfACustomerReachesStaffWhereverTheyAreConnected) {
    // The notice is written by one instance and told by the other.
    std::unique_ptr<app::Application> second;
    if (GetParam() == Backend::postgres) second = another_instance();
    const auto port = second ? second->serve() : port_;
    make_user("li.staff", 3);
    const auto agent = make_user("wang.agent", 1);
    const auto owner = make_user("zhao", 2);
    make_units(make_type(), {"QR1"}, agent);
    ASSERT_EQ(post("/api/products/activate/", fmt::format(R"({{"qrcode_id":"QR1","customer_id":{}}})", owner)).status,
              200);
    const auto staff = login("li.staff", password), customer = login("zhao", password);
    Listener listener(port, hello(staff, "en")), bystander(port, hello(customer));
    EXPECT_EQ(listener.hear("unread"), R"({"type":"unread","count":0})");
    EXPECT_FALSE(bystander.hear("unread").empty());
    as(customer);
    const auto ticket = post("/api/repair-records/", R"({"qrcode_id":"QR1","reason":"不启动"})");
    ASSERT_EQ(ticket.status, 201) << ticket.body;
    EXPECT_NE(listener.hear("\"notice\"")
                  .find("\"title\":\"A customer asks for a repair: product QR1\",\"path\":\"/repairs/" +
                        ticket.at("data.id") + "\""),
              std::string::npos);
    EXPECT_EQ(listener.hear("unread"), R"({"type":"unread","count":1})");
    as(staff);
    EXPECT_EQ(get("/api/notices/?unread=true").at("data[0].title"), "客户申请维修：产品 QR1");
    EXPECT_EQ(post("/api/notices/read", R"({"all":true})").at("data.count"), "0");
    EXPECT_EQ(listener.hear("unread"), R"({"type":"unread","count":0})");
    EXPECT_EQ(get("/api/notices/unread_count/").at("data.count"), "0");
    ASSERT_EQ(post(fmt::format("/api/repair-records/{}/receive/", ticket.at("data.id")), "{}").status, 200);
    EXPECT_NE(bystander.hear("\"notice\"").find("您的产品 QR1 的维修进度"), std::string::npos);
    if (second) second->stop_serving();
}

TEST_P(Live, AJobTellsItsStarterOfItsEnd) {
    const auto type = make_type();
    Listener listener(port_, hello(admin_token()));
    EXPECT_FALSE(listener.hear("ready").empty());
    const auto made =
        post("/api/products/bulk_create/", fmt::format(R"({{"product_type_id":{},"count":20000}})", type));
    ASSERT_FALSE(made.at("data.job_id").empty()) << made.body;
    const auto notice = listener.hear("\"notice\"");
    EXPECT_NE(notice.find("任务已完成：批量生成产品（" + made.at("data.job_id") + "）"), std::string::npos) << notice;
}

TEST_P(Live, TheLogInDecides) {
    const auto port = port_;
    EXPECT_EQ(Listener(port, "no JSON").close_code(), 4400);
    EXPECT_EQ(Listener(port, R"({"tokens":"x"})").close_code(), 4400);
    EXPECT_EQ(Listener(port, "{}").close_code(), 4400);
    EXPECT_EQ(Listener(port, hello("not a token")).close_code(), 4401);
    make_user("li.staff", 3);
    auto leaving = login("li.staff", password);
    Listener stays(port, hello(admin_token())), leaves(port, hello(leaving)), silent(port, "");
    EXPECT_FALSE(stays.hear("ready").empty());
    EXPECT_FALSE(leaves.hear("ready").empty());
    stays.say(R"({"type":"pong"})");
    as(leaving);
    ASSERT_EQ(post("/api/logout/", "{}").status, 200);
    env().advance(6'000);
    EXPECT_EQ(leaves.close_code(), 4401);
    EXPECT_EQ(silent.close_code(), 4401);
    EXPECT_EQ(Listener(port, hello(leaving)).close_code(), 4401);
    env().advance(15 * 60'000);
    EXPECT_EQ(stays.close_code(), 4401) << "with its token";
    as_nobody();
    EXPECT_EQ(get("/api/live/").status, 426);
    EXPECT_EQ(get("/api/live").at("error.code"), "http.upgrade_required");
    EXPECT_EQ(post("/api/live/", "{}").status, 405);
    EXPECT_EQ(get("/api/notices/").status, 401);
}

}  // namespace
}  // namespace yuanliu
