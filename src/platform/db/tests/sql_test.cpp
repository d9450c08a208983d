// SQL text on its way to the two engines.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "platform/db/postgres_sql.hpp"
#include "platform/db/sql_tokens.hpp"

namespace yuanliu {
namespace {

TEST(Sql, tokens_are_expanded_outside_of_quotes) {
    EXPECT_EQ(expand_sql_tokens("a @ilike ? @lock", Dialect::sqlite), "a LIKE ? ");
    EXPECT_EQ(expand_sql_tokens("a @ilike ? @lock", Dialect::postgres), "a ILIKE ? FOR UPDATE");
    EXPECT_EQ(expand_sql_tokens("x = '@lock' @skip_locked", Dialect::postgres), "x = '@lock' FOR UPDATE SKIP LOCKED");
    EXPECT_EQ(expand_sql_tokens("x = 'it''s @id'", Dialect::sqlite), "x = 'it''s @id'");
    EXPECT_THROW(expand_sql_tokens("SELECT @nosuch", Dialect::sqlite), Error);
    EXPECT_THROW(expand_sql_tokens("SELECT @", Dialect::postgres), Error);
}

TEST(Sql, parameters_are_numbered_outside_of_quotes_and_comments) {
    const auto numbered = [](std::string_view sql) { return postgres_sql(sql).text; };
    EXPECT_EQ(numbered("a = ? AND b = ?"), "a = $1 AND b = $2");
    EXPECT_EQ(numbered("a = '?' AND b = ?"), "a = '?' AND b = $1");
    EXPECT_EQ(numbered("a = 'it''s ?' AND b = ?"), "a = 'it''s ?' AND b = $1");
    EXPECT_EQ(numbered("\"odd ? name\" = ?"), "\"odd ? name\" = $1");
    EXPECT_EQ(numbered("? -- why ?\n, ? /* ? */ ?"), "$1 -- why ?\n, $2 /* ? */ $3");
    EXPECT_EQ(numbered("? -- to the end ?"), "$1 -- to the end ?");
    EXPECT_EQ(numbered("'never closed ?"), "'never closed ?");
    EXPECT_EQ(postgres_sql("VALUES (?, ?, ?)").parameters, 3);
}

TEST(Sql, copy_values_are_escaped) {
    const auto line = [](auto fill) {
        SqlParams params(nullptr);
        fill(params);
        std::string out;
        append_copy_value(out, params.values[0]);
        return out;
    };
    EXPECT_EQ(line([](SqlParams& p) { p.text("a\tb\nc\\d\re"); }), "a\\tb\\nc\\\\d\\re");
    EXPECT_EQ(line([](SqlParams& p) { p.text("\\N"); }), "\\\\N");
    EXPECT_EQ(line([](SqlParams& p) { p.text(""); }), "");
    EXPECT_EQ(line([](SqlParams& p) { p.null(SqlValue::Kind::text); }), "\\N");
    EXPECT_EQ(line([](SqlParams& p) { p.integer(-5); }), "-5");
    EXPECT_EQ(line([](SqlParams& p) { p.boolean(true); }), "t");
    EXPECT_EQ(line([](SqlParams& p) { p.real(0.1); }), "0.1");
}

}  // namespace
}  // namespace yuanliu
