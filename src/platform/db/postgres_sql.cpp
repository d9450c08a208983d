#include "platform/db/postgres_sql.hpp"

#include <fmt/format.h>

#include "platform/db/sql_tokens.hpp"

namespace yuanliu {
namespace {

// How much of `sql` from `i` on is a quoted text, a quoted name or a comment, which stay as they are; 0: none of them.
std::size_t untouchable(std::string_view sql, std::size_t i) {
    auto until = [&](std::string_view end) {
        auto at = sql.find(end, i + end.size());
        return at == sql.npos ? sql.size() - i : at + end.size() - i;
    };
    if (sql[i] == '\'') return until("'");
    if (sql[i] == '"') return until("\"");
    if (sql.substr(i, 2) == "--") return std::min(sql.find('\n', i), sql.size()) - i;
    if (sql.substr(i, 2) == "/*") return until("*/");
    return 0;
}

}  // namespace

PostgresSql postgres_sql(std::string_view sql) {
    const std::string expanded = expand_sql_tokens(sql, Dialect::postgres);
    PostgresSql out;
    out.text.reserve(expanded.size() + 16);
    for (std::size_t i = 0; i < expanded.size();) {
        if (auto skip = untouchable(expanded, i)) {
            out.text.append(expanded, i, skip);
            i += skip;
        } else if (expanded[i] == '?') {
            fmt::format_to(std::back_inserter(out.text), "${}", ++out.parameters);
            ++i;
        } else {
            out.text += expanded[i++];
        }
    }
    return out;
}

void append_copy_value(std::string& line, const SqlValue& value) {
    if (value.null) {
        line += "\\N";
        return;
    }
    switch (value.kind) {
        case SqlValue::Kind::integer: line += fmt::format_int(value.number).c_str(); return;
        case SqlValue::Kind::boolean: line += value.number ? 't' : 'f'; return;
        case SqlValue::Kind::real: fmt::format_to(std::back_inserter(line), "{}", value.real); return;
        case SqlValue::Kind::text: break;
    }
    for (char c : value.text) {
        switch (c) {
            case '\\': line += "\\\\"; break;
            case '\n': line += "\\n"; break;
            case '\r': line += "\\r"; break;
            case '\t': line += "\\t"; break;
            default: line += c;
        }
    }
}

// FNV-1a: the same in every process and version, which std::hash does not promise.
std::int64_t advisory_key(std::string_view name) {
    std::uint64_t hash = 14695981039346656037u;
    for (unsigned char c : name) hash = (hash ^ c) * 1099511628211u;
    return static_cast<std::int64_t>(hash);
}

}  // namespace yuanliu
