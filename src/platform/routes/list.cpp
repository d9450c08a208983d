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

// How one page is to be fetched, worked out from what the caller asks.
struct List::Plan {
    std::string ordering;
    const SortKey* key = nullptr;
    const Field* field = nullptr;  // of the sort key
    bool descending = false, by_id = false;
    std::optional<Cursor> cursor;
};

List::Plan List::plan(const Record& record, const PageQuery& query, PageInfo& info) const {
    Plan plan;
    plan.ordering = query.ordering && !query.ordering->empty() ? query.ordering->value : std::string(fallback_);
    plan.descending = plan.ordering.starts_with('-');
    auto name = std::string_view(plan.ordering).substr(plan.descending ? 1 : 0);
    auto key = std::find_if(keys_.begin(), keys_.end(), [&](const SortKey& k) { return k.name == name; });
    if (key == keys_.end()) {
        std::string allowed;
        for (const auto& k : keys_) allowed += (allowed.empty() ? "" : ", ") + std::string(k.name);
        throw invalid_field("ordering", "field.not_one_of", {{"allowed", allowed}});
    }
    plan.key = &*key;
    plan.by_id = key->column == id_;
    plan.field = record.find(name);
    if (!plan.field) throw internal(fmt::format("sort key {} is no field of {}", name, record.name));
    info.page = query.page ? int(*query.page) : 1;
    info.page_size = query.page_size ? int(*query.page_size) : page_size_default;
    if (query.cursor && !query.cursor->empty())
        plan.cursor = read_cursor(query.cursor->value, plan.ordering);
    else if (std::int64_t(info.page - 1) * info.page_size > offset_max)
        throw invalid_field("page", "field.page_too_far", {{"max", std::to_string(offset_max / info.page_size)}});
    return plan;
}

std::string List::sql_of(const Plan& plan) const {
    auto compare = plan.descending ? "<" : ">", direction = plan.descending ? "DESC" : "ASC";
    std::string filters = where_text();
    std::string sql = select_ + filters;
    if (plan.cursor) {
        sql += filters.empty() ? " WHERE " : " AND ";
        sql += plan.by_id ? fmt::format("{} {} ?", id_, compare)
                          : fmt::format("({}, {}) {} (?, ?)", plan.key->column, id_, compare);
    }
    sql += plan.by_id ? fmt::format(" ORDER BY {} {}", id_, direction)
                      : fmt::format(" ORDER BY {} {}, {} {}", plan.key->column, direction, id_, direction);
    return sql + " LIMIT ? OFFSET ?";
}

void List::bind(const Plan& plan, const PageInfo& info, SqlParams& params) const {
    for (auto& binder : binders_) binder(params);
    if (plan.cursor && !plan.by_id) {
        // Integers must be compared as integers: PostgreSQL would not cast, SQLite would order text after every number.
        auto kind = plan.field->type->kind;
        bool text = kind == Kind::text || kind == Kind::code || kind == Kind::date || kind == Kind::choice ||
                    kind == Kind::prose;
        if (text)
            params.text(plan.cursor->value);
        else
            params.integer(std::strtoll(plan.cursor->value.c_str(), nullptr, 10));
    }
    if (plan.cursor) params.integer(plan.cursor->id);
    params.integer(info.page_size + 1);
    params.integer(plan.cursor ? 0 : std::int64_t(info.page - 1) * info.page_size);
}

void List::run(Rx& rx, const Record& record, const PageQuery& query, PageInfo& info,
               const std::function<const void*(StatementRow&)>& take) {
    Plan plan = this->plan(record, query, info);
    SqlParams params = rx.params();
    bind(plan, info, params);
    int rows = 0;
    Cursor last{plan.ordering, "", 0};
    rx.query(record, sql_of(plan), params, [&](StatementRow& row) {
        const void* object = take(row);
        if (++rows == info.page_size) {
            SqlValue::Kind kind;
            if (!plan.by_id) last.value = sql_text(*plan.field, object, params.vault, kind);
            last.id = std::strtoll(sql_text(*record.find("id"), object, params.vault, kind).c_str(), nullptr, 10);
        }
        return true;
    });
    if (rows > info.page_size) info.next = base64url_encode(to_json(last));

    // The page itself may tell the total; otherwise count, but never past the bound.
    std::int64_t seen = plan.cursor ? -1 : std::int64_t(info.page - 1) * info.page_size + rows;
    if (seen >= 0 && rows <= info.page_size && (rows > 0 || info.page == 1))
        info.total = seen;
    else
        count(rx, info);
}

void List::count(Rx& rx, PageInfo& info) const {
    std::string from = count_from_.empty() ? select_.substr(select_.find(" FROM ") + 1) : count_from_;
    SqlParams params = rx.params();
    for (auto& binder : binders_) binder(params);
    params.integer(count_max + 1);
    std::int64_t total = 0;
    rx.connection().run(fmt::format("SELECT count(*) FROM (SELECT 1 {}{} LIMIT ?) AS counted", from, where_text()),
                        params, [&](StatementRow& row) { return total = row.integer(0), false; });
    info.total_exact = total <= count_max;
    info.total = std::min<std::int64_t>(total, count_max);
}

}  // namespace yuanliu
