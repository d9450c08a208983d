#include "platform/routes/list.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"

namespace yuanliu {
namespace {

// Where a page ended: the sort value and the id of its last row, under the ordering they belong to.
struct Cursor {
    std::string ordering;
    std::string value;  // as text; empty when the order is by id alone
    std::int64_t id = 0;
};
YL_RECORD(Cursor, "cursor", ordering, value, id)

Cursor read_cursor(std::string_view text, std::string_view ordering) {
    try {
        auto cursor = from_json<Cursor>(base64url_decode(text).value());
        if (cursor.ordering == ordering) return cursor;
    } catch (const std::exception&) {
        // Told below: a cursor is opaque, there is nothing in it for the caller to mend.
    }
    throw invalid_field("cursor", "field.bad_cursor");
}

std::string escape_like(std::string_view text) {
    std::string out = "%";
    for (char c : text) {
        if (c == '%' || c == '_' || c == '\\') out += '\\';
        out += c;
    }
    return out + "%";
}

// A field's value in the text form that both databases compare equal to the column.
std::string sql_text(const Field& field, const void* object, Vault* vault, SqlValue::Kind& kind) {
    SqlParams params(vault);
    field.type->bind(field.in(object), params);
    kind = params.values[0].kind;
    if (params.values[0].null) return "0";
    return kind == SqlValue::Kind::text ? std::string(params.values[0].text) : std::to_string(params.values[0].number);
}

}  // namespace

void List::add(std::string_view condition) {
    if (!conditions_.empty()) conditions_ += " AND ";
    conditions_ += condition;
}

List& List::search(std::initializer_list<std::string_view> columns, std::string_view text) {
    if (text.empty()) return *this;
    std::string condition;
    for (auto column : columns) {
        condition += fmt::format("{}{} @ilike ? ESCAPE '\\'", condition.empty() ? "(" : " OR ", column);
        binders_.push_back([pattern = escape_like(text)](SqlParams& p) { p.own(pattern); });
    }
    add(condition + ")");
    return *this;
}

void List::run(Rx& rx, const Record& record, const PageQuery& query, PageInfo& info,
               const std::function<const void*(StatementRow&)>& take) {
    std::string_view ordering = query.ordering && !query.ordering->empty() ? std::string_view(query.ordering->value) : fallback_;
    bool descending = ordering.starts_with('-');
    auto name = ordering.substr(descending ? 1 : 0);
    auto key = std::find_if(keys_.begin(), keys_.end(), [&](const SortKey& k) { return k.name == name; });
    if (key == keys_.end()) {
        std::string allowed;
        for (const auto& k : keys_) allowed += (allowed.empty() ? "" : ", ") + std::string(k.name);
        throw invalid_field("ordering", "field.not_one_of", {{"allowed", allowed}});
    }
    info.page = query.page ? int(*query.page) : 1;
    info.page_size = query.page_size ? int(*query.page_size) : page_size_default;
    bool by_id = key->column == id_;
    auto compare = descending ? "<" : ">";
    std::string after;
    std::optional<Cursor> cursor;
    const Field* sort_field = record.find(name);
    if (!sort_field) throw internal(fmt::format("sort key {} is no field of {}", name, record.name));
    if (query.cursor && !query.cursor->empty()) {
        cursor = read_cursor(query.cursor->value, ordering);
        after = by_id ? fmt::format("{} {} ?", id_, compare) : fmt::format("({}, {}) {} (?, ?)", key->column, id_, compare);
    } else if (std::int64_t(info.page - 1) * info.page_size > offset_max) {
        throw invalid_field("page", "field.page_too_far", {{"max", std::to_string(offset_max / info.page_size)}});
    }

    std::string filters = where_text();
    std::string sql = select_ + filters;
    if (!after.empty()) sql += (filters.empty() ? " WHERE " : " AND ") + after;
    auto direction = descending ? "DESC" : "ASC";
    sql += by_id ? fmt::format(" ORDER BY {} {}", id_, direction) : fmt::format(" ORDER BY {} {}, {} {}", key->column, direction, id_, direction);
    sql += " LIMIT ? OFFSET ?";

    SqlParams params = rx.params();
    for (auto& bind : binders_) bind(params);
    SqlParams count_params = params;
    if (cursor && !by_id) {
        // Integers must be compared as integers: PostgreSQL would not cast, SQLite would order text after every number.
        auto kind = sort_field->type->kind;
        bool text = kind == Kind::text || kind == Kind::code || kind == Kind::date || kind == Kind::choice || kind == Kind::prose;
        if (text) params.text(cursor->value);
        else params.integer(std::strtoll(cursor->value.c_str(), nullptr, 10));
    }
    if (cursor) params.integer(cursor->id);
    params.integer(info.page_size + 1);
    params.integer(cursor ? 0 : std::int64_t(info.page - 1) * info.page_size);

    int rows = 0;
    Cursor last{std::string(ordering), "", 0};
    rx.query(record, sql, params, [&](StatementRow& row) {
        const void* object = take(row);
        if (++rows == info.page_size) {
            SqlValue::Kind kind;
            if (!by_id) last.value = sql_text(*sort_field, object, params.vault, kind);
            last.id = std::strtoll(sql_text(*record.find("id"), object, params.vault, kind).c_str(), nullptr, 10);
        }
        return true;
    });
    if (rows > info.page_size) info.next = base64url_encode(to_json(last));

    // The page itself may tell the total; otherwise count, but never past the bound.
    std::int64_t seen = cursor ? -1 : std::int64_t(info.page - 1) * info.page_size + rows;
    if (seen >= 0 && rows <= info.page_size && (rows > 0 || info.page == 1)) {
        info.total = seen;
        return;
    }
    std::string from = count_from_.empty() ? select_.substr(select_.find(" FROM ") + 1) : count_from_;
    std::int64_t total = 0;
    count_params.integer(count_max + 1);
    rx.connection().run(fmt::format("SELECT count(*) FROM (SELECT 1 {}{} LIMIT ?) AS counted", from, filters), count_params,
                        [&](StatementRow& row) { return total = row.integer(0), false; });
    info.total_exact = total <= count_max;
    info.total = std::min<std::int64_t>(total, count_max);
}

}  // namespace yuanliu
