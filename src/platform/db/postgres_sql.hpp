// SQL text on its way to PostgreSQL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/describe/sql.hpp"

namespace yuanliu {

struct PostgresSql {
    std::string text;
    int parameters = 0;
};
// Expands the tokens and numbers the parameters: `?` becomes `$1`, `$2` … outside of quotes and comments. Throws
// Error(internal) for an unknown token.
PostgresSql postgres_sql(std::string_view sql);

// One row of COPY's text format, without the line's end; values are appended one at a time.
void append_copy_value(std::string& line, const SqlValue& value);

// Held shared by every session of whoever works with the database, and alone by a restore.
inline constexpr std::string_view in_use_lock = "yuanliu.in_use";
// The key of an advisory lock.
std::int64_t advisory_key(std::string_view name);

}  // namespace yuanliu
