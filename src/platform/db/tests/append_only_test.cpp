// Tables whose rows stay as they were written, on both databases.
#include <gmock/gmock.h>

#include "kit/temp_folder.hpp"
#include "platform/db/postgres_dump.hpp"
#include "platform/db/sql_tokens.hpp"
#include "sample.hpp"

namespace yuanliu::sample {

struct Entry {
    Id<Entry> id;
    Text<1, 40> what;
    std::int64_t at = 0;
};
YL_RECORD(Entry, "sample_entry", id, what, at)
struct Other {
    Id<Other> id;
    Text<1, 40> what;
};
YL_RECORD(Other, "sample_other", id, what)

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class AppendOnly : public DbTest {
 protected:
    std::vector<Migration> migrations() const override {
        return {{"sample", 1, "0001_entries.sql",
                 "CREATE TABLE sample_entry (id @id, what TEXT NOT NULL, at BIGINT NOT NULL);"
                 "CREATE TABLE sample_other (id @id, what TEXT NOT NULL);"
                 "@append_only(sample_entry); @append_only(sample_other);"}};
    }
    void SetUp() override {
        DbTest::SetUp();
        db().write([](Tx& tx) {
            for (int i = 1; i <= 3; ++i) tx.append(Entry{{}, "entry " + std::to_string(i), i});
            tx.append(Other{{}, "other"});
        });
    }
    std::vector<std::string> entries() {
        return db().read([](Rx& rx) { return rx.values<std::string>("SELECT what FROM sample_entry ORDER BY id"); });
    }
    Error refused(const std::function<void(Tx&)>& work) {
        return refusal([&] { db().write(work); });
    }
    Error refused(std::string_view sql) {
        return refused([&](Tx& tx) { tx.exec(sql); });
    }
};
YL_BOTH_DATABASES(AppendOnly);

TEST_P(AppendOnly, NoStatementChangesOrDeletesARow) {
    for (const char* sql : {"UPDATE sample_entry SET what = 'forged'", "UPDATE sample_entry SET at = at WHERE id = 1",
                            "DELETE FROM sample_entry WHERE id = 1", "DELETE FROM sample_entry"})
        EXPECT_THAT(refused(sql).log_text, HasSubstr("sample_entry is append-only")) << sql;
    if (!on_sqlite()) {
        EXPECT_THAT(refused("TRUNCATE sample_entry").log_text, HasSubstr("append-only"));
    }
    EXPECT_THAT(refused([](Tx& tx) {
                    auto row = tx.lock<Entry>("WHERE at = 1");
                    row.what = "forged";
                    tx.update(row);
                }).log_text,
                HasSubstr("append-only"));
    EXPECT_THAT(refused([](Tx& tx) { tx.erase(tx.lock<Entry>("WHERE at = 1")); }).log_text, HasSubstr("append-only"));
    EXPECT_THAT(entries(), ElementsAre("entry 1", "entry 2", "entry 3"));
}

TEST_P(AppendOnly, ARuleMayForgetThroughTheOneWay) {
    EXPECT_EQ(db().write([](Tx& tx) { return tx.erase_log<Entry>("at < ?", 3); }), 2);
    EXPECT_THAT(entries(), ElementsAre("entry 3"));
}

TEST_P(AppendOnly, ThePermissionEndsWithItsStatement) {
    EXPECT_THAT(refused([](Tx& tx) {
                    tx.erase_log<Entry>("at = 1");
                    tx.exec("DELETE FROM sample_entry WHERE at = 2");
                }).log_text,
                HasSubstr("append-only"));
    EXPECT_THAT(entries(), ElementsAre("entry 1", "entry 2", "entry 3"));
    EXPECT_NE(refused([](Tx& tx) { tx.erase_log<Entry>("no_such_column = 1"); }).log_text, "");
    EXPECT_THAT(refused("DELETE FROM sample_entry").log_text, HasSubstr("append-only"))
        << "nor does a failure leave it";
    db().write([](Tx& tx) { tx.erase_log<Entry>("at = 1"); });
    EXPECT_THAT(refused("DELETE FROM sample_entry").log_text, HasSubstr("append-only")) << "nor does a commit";
}

TEST_P(AppendOnly, ThePermissionIsForOneTable) {
    EXPECT_EQ(db().write([](Tx& tx) { return tx.erase_log<Other>("id = 1"); }), 1);
    EXPECT_THAT(refused([](Tx& tx) {
                    tx.erase_log<Other>("id = 2");
                    tx.exec("DELETE FROM sample_entry");
                }).log_text,
                HasSubstr("append-only"));
}

TEST_P(AppendOnly, ABackupBringsTheTriggersBack) {
    const TempFolder folder;
    const auto file = folder.file("copy");
    db().backup(file);
    auto options = test_database().options();
    if (on_sqlite()) {
        options.url = "sqlite:///" + file.substr(1);
    } else {
        test_database().close();
        postgres_restore(options.url, file, true);
        postgres_restore(options.url, file, true);  // over what the first one brought
    }
    const auto copy = Database::open(options, env(), vault());
    EXPECT_THAT(refusal([&] { copy->write([](Tx& tx) { tx.exec("DELETE FROM sample_entry"); }); }).log_text,
                HasSubstr("append-only"));
    EXPECT_EQ(copy->write([](Tx& tx) { return tx.erase_log<Entry>("at = 1"); }), 1);
}

TEST(AppendOnlyToken, WantsATable) {
    for (const char* bad :
         {"@append_only", "@append_only()", "@append_only(x", "@append_only(x; DROP)", "@append_only (x)"})
        for (auto dialect : {Dialect::sqlite, Dialect::postgres})
            EXPECT_THROW(expand_sql_tokens(bad, dialect), Error) << bad;
}

}  // namespace
}  // namespace yuanliu::sample
