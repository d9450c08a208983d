// Schema migrations, on both databases.
#include "platform/db/migrate.hpp"

#include <gmock/gmock.h>

#include "sample.hpp"

namespace yuanliu::sample {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Migration one{"stock", 1, "0001_place.sql",
                    "CREATE TABLE stock_place (id @id, name TEXT NOT NULL); -- isn't it?\n"};
const Migration two{"stock", 2, "0002_more.sql",
                    "ALTER TABLE stock_place ADD COLUMN note TEXT; INSERT INTO stock_place (name) VALUES ('a;b');"};
const Migration other{"units", 1, "0001_unit.sql", "CREATE TABLE units_unit (id @id);"};

class Migrations : public DbTest {
    std::vector<Migration> migrations() const override { return {}; }

 protected:
    std::string why(const std::vector<Migration>& list) {
        return refusal([&] { migrate(db(), list); }).log_text;
    }
    std::int64_t places() {
        return db().read([](Rx& rx) { return rx.value<std::int64_t>("SELECT COUNT(*) FROM stock_place"); });
    }
};
YL_BOTH_DATABASES(Migrations);

TEST_P(Migrations, each_is_applied_once_and_in_order) {
    EXPECT_THAT(pending_migrations(db(), {one, two}), ElementsAre("stock/0001_place.sql", "stock/0002_more.sql"));
    EXPECT_THAT(migrate(db(), {one}), ElementsAre("stock/0001_place.sql"));
    EXPECT_THAT(migrate(db(), {one, other, two}), ElementsAre("units/0001_unit.sql", "stock/0002_more.sql"));
    EXPECT_THAT(migrate(db(), {one, other, two}), IsEmpty());
    EXPECT_THAT(pending_migrations(db(), {one, other, two}), IsEmpty());
    EXPECT_EQ(places(), 1);
    test_database().reopen();
    EXPECT_THAT(migrate(db(), {one, other, two}), IsEmpty());
    EXPECT_TRUE(is_migrated(db()));
    db().exclusively([](Connection& c) { c.script("DROP TABLE schema_migration"); });
    EXPECT_FALSE(is_migrated(db())) << "as one that was just created";
}

TEST_P(Migrations, a_changed_file_is_refused_and_nothing_touched) {
    migrate(db(), {one});
    auto changed = one;
    changed.text = "CREATE TABLE stock_place (id @id);";
    EXPECT_THAT(why({changed, two}), HasSubstr("stock/0001_place.sql was changed"));
    EXPECT_THAT(pending_migrations(db(), {one, two}), ElementsAre("stock/0002_more.sql"));
}

TEST_P(Migrations, a_newer_database_is_refused) {
    migrate(db(), {one, two});
    EXPECT_THAT(why({one}), HasSubstr("newer than this program"));
    EXPECT_THAT(why({other}), HasSubstr("newer than this program"));
}

TEST_P(Migrations, one_that_fails_is_undone_and_the_ones_before_it_stay) {
    const Migration bad{"stock", 2, "0002_bad.sql",
                        "CREATE TABLE stock_bin (id @id); INSERT INTO stock_place (nosuch) VALUES (1);"};
    EXPECT_THAT(why({one, bad}), HasSubstr("stock/0002_bad.sql failed and was undone"));
    EXPECT_THROW(db().read([](Rx& rx) { rx.value<std::int64_t>("SELECT COUNT(*) FROM stock_bin"); }), Error);
    EXPECT_THAT(migrate(db(), {one, two}), ElementsAre("stock/0002_more.sql"));
}

TEST_P(Migrations, a_gap_in_the_numbers_is_refused) {
    EXPECT_THAT(why({two}), HasSubstr("stands where number 1 should"));
    EXPECT_THAT(why({one, other, {"stock", 3, "0003_x.sql", ""}}), HasSubstr("stands where number 2 should"));
    EXPECT_THAT(why({one, one}), HasSubstr("stands where number 2 should"));
    EXPECT_THAT(migrate(db(), {one, two}), testing::SizeIs(2));
}

TEST_P(Migrations, an_unknown_token_is_refused) {
    EXPECT_THAT(why({{"stock", 1, "0001_x.sql", "CREATE TABLE t (id @idd);"}}), HasSubstr("@idd"));
}

TEST_P(Migrations, a_statement_prepared_before_goes_on_after) {
    migrate(db(), {one});
    db().write([](Tx& tx) { tx.exec("INSERT INTO stock_place (name) VALUES (?)", "x"); });
    auto all = [&] {
        return db().read([](Rx& rx) {
            int columns = 0;
            rx.connection().run("SELECT * FROM stock_place", SqlParams(nullptr),
                                [&](StatementRow& row) { return columns = row.columns(), false; });
            return columns;
        });
    };
    // Every session of the pool has prepared it.
    for (int i = 0; i < 12; ++i) EXPECT_EQ(all(), 2);
    migrate(db(), {one, two});
    for (int i = 0; i < 12; ++i) EXPECT_EQ(all(), 3);
}

}  // namespace
}  // namespace yuanliu::sample
