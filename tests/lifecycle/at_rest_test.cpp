// What lies in the database can be read by whoever gets hold of a copy of it: nobody's telephone number, mail or
// address stands there in the clear, in no column of any table.
#include <fmt/format.h>

#include "lifecycle/app_test.hpp"

namespace yuanliu {
namespace {

struct TextColumn {
    std::string table_name, name;
};
YL_RECORD(TextColumn, "test.text_column", table_name, name)

class AtRestTest : public AppTest {
 protected:
    std::vector<TextColumn> columns();
    // Where the text stands, as table.column.
    std::vector<std::string> places_of(std::string_view planted);
};
YL_APP_TEST(AtRestTest);

std::vector<TextColumn> AtRestTest::columns() {
    const char* sql = on_sqlite() ? "SELECT m.name AS table_name, c.name AS name FROM sqlite_schema m,"
                                    " pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
                                  : "SELECT c.table_name::text AS table_name, c.column_name::text AS name"
                                    " FROM information_schema.columns c JOIN information_schema.tables t"
                                    " ON t.table_name = c.table_name AND t.table_schema = c.table_schema"
                                    " WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'";
    return app().db().read([&](Rx& rx) { return rx.all<TextColumn>(sql); });
}

std::vector<std::string> AtRestTest::places_of(std::string_view planted) {
    std::vector<std::string> out;
    for (const auto& [table, column] : columns()) {
        const auto sql = fmt::format("SELECT COALESCE(CAST(\"{}\" AS TEXT), '') FROM {}", column, table);
        for (const auto& text : app().db().read([&](Rx& rx) { return rx.values<std::string>(sql); }))
            if (text.find(planted) != std::string::npos) out.push_back(table + "." + column);
    }
    return out;
}

TEST_P(AtRestTest, personal_data_stands_in_no_column) {
    const std::string body =
        R"({"username":"zhao","password":"correct horse 42","user_type":2,"phone":"+8613811112222",)"
        R"("email":"planted@example.com","address":"广东省深圳市南山区秘密路 9 号"})";
    const http::Headers key{{"idempotency-key", "plant-1"}};
    const auto made = ask("POST", "/api/users/", body, key);
    ASSERT_EQ(made.status, 201) << made.body;
    ASSERT_EQ(made.at("data.phone"), "+8613811112222") << "the answer itself tells it, which is why it is a secret";
    const auto again = ask("POST", "/api/users/", body, key);
    EXPECT_EQ(again.header("Idempotent-Replay"), "true");
    EXPECT_EQ(again.body, made.body);
    EXPECT_EQ(ask("POST", "/api/users/", R"({"username":"qian","password":"correct horse 42","user_type":2})", key)
                  .at("error.code"),
              "idempotency.body_differs");

    make_units(make_type(), {"AR-1"}, make_user("wang.agent", 1));
    as_nobody();
    const auto active =
        ask("POST", "/api/products/activate/", R"({"qrcode_id":"AR-1","name":"赵","phone":"+8613822223333"})",
            {{"idempotency-key", "plant-2"}});
    ASSERT_EQ(active.status, 200) << active.body;

    EXPECT_GT(columns().size(), 200u);
    EXPECT_FALSE(places_of("zhao").empty()) << "what is no secret is found";
    for (const char* planted : {"13811112222", "13822223333", "planted@", "秘密路"})
        EXPECT_EQ(places_of(planted), std::vector<std::string>()) << planted;
    const auto stored = app().db().read(
        [](Rx& rx) { return rx.values<std::string>("SELECT answer FROM api_idempotency WHERE answer <> ''"); });
    ASSERT_FALSE(stored.empty());
    for (const auto& answer : stored) EXPECT_EQ(answer.substr(0, 2), "1.");
}

// A row moved to another key is not told as that one's answer.
TEST_P(AtRestTest, a_stored_answer_belongs_to_its_own_key) {
    const std::string one = R"({"username":"sun","password":"correct horse 42","user_type":2})";
    ASSERT_EQ(ask("POST", "/api/users/", one, {{"idempotency-key", "k-1"}}).status, 201);
    const std::string two = R"({"username":"li","password":"correct horse 42","user_type":2})";
    ASSERT_EQ(ask("POST", "/api/users/", two, {{"idempotency-key", "k-2"}}).status, 201);
    app().db().write([](Tx& tx) {
        const auto other =
            tx.value<std::string>("SELECT answer FROM api_idempotency ORDER BY created_at DESC, key_hash LIMIT 1");
        tx.exec("UPDATE api_idempotency SET answer = ?", other);
    });
    const auto first = ask("POST", "/api/users/", one, {{"idempotency-key", "k-1"}}).status;
    const auto second = ask("POST", "/api/users/", two, {{"idempotency-key", "k-2"}}).status;
    EXPECT_EQ(std::min(first, second), 201);
    EXPECT_EQ(std::max(first, second), 500);
}

}  // namespace
}  // namespace yuanliu
