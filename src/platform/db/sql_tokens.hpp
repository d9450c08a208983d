// The few places where the two databases differ in a statement's text. The whole list, also in docs/sql.md:
//   @ilike        LIKE without regard to ASCII case        LIKE | ILIKE
//   @lock         hold the rows until the end               (nothing: one writer) | FOR UPDATE
//   @skip_locked  hold those that nobody else holds          (nothing) | FOR UPDATE SKIP LOCKED
//   @id           in a migration: the key column's type     INTEGER PRIMARY KEY AUTOINCREMENT | BIGINT … IDENTITY …
//   @append_only(table)   in a migration: triggers that refuse to change the table's rows, and to delete any but
//                         through Tx::erase_log
#pragma once

#include <string>
#include <string_view>

namespace yuanliu {

enum class Dialect { sqlite, postgres };

// Throws Error(internal) for an @word that is not in the list, and for an @append_only without a table.
std::string expand_sql_tokens(std::string_view sql, Dialect dialect);

}  // namespace yuanliu
