// One way to make a list: conditions that are skipped when their filter is absent, sort keys from a fixed set, pages by
// number or by cursor, a total that never costs a full count.
//
//     return List("SELECT u.id, u.code, t.name AS type_name FROM units_unit u JOIN catalog_product_type t ON …")
//         .where("u.status = ?", filter.status)
//         .search("u.code LIKE ?", filter.search)
//         .sort({{"id", "u.id"}, {"created_at", "u.created_at"}}, "-id")
//         .page<UnitRow>(rx, page_query);
#pragma once

#include <initializer_list>

#include "platform/db/db.hpp"
#include "platform/routes/page.hpp"

namespace yuanliu {

struct SortKey {
    std::string_view name;    // as callers say it: a field of the listed Record
    std::string_view column;  // as SQL says it: never null, or wrapped in COALESCE
};

class List {
 public:
    static constexpr int count_max = 1000;    // beyond this a total is a marked lower bound
    static constexpr int offset_max = 20000;  // rows that page numbers may skip
    static constexpr int page_size_default = 20;

    // `select` is everything up to, and without, WHERE. `id` is the unique column that breaks ties of the sort key.
    explicit List(std::string select, std::string id = "id") : select_(std::move(select)), id_(std::move(id)) {}

    // A condition that always holds; each ? takes the next argument.
    template <class... A>
    List& always(std::string_view condition, const A&... args) {
        add(condition);
        (binders_.push_back([args](SqlParams& p) { detail::bind_one(p, args); }), ...);
        return *this;
    }
    // A condition that holds when the filter is given.
    template <class A>
    List& where(std::string_view condition, const std::optional<A>& filter) {
        return filter ? always(condition, *filter) : *this;
    }
    // Text found anywhere in one of the columns (ASCII case ignored); % and _ stand for themselves.
    List& search(std::initializer_list<std::string_view> columns, std::string_view text);
    // The orders callers may ask for, and the one they get otherwise ("-id").
    List& sort(std::initializer_list<SortKey> keys, std::string_view fallback) {
        keys_.assign(keys), fallback_ = fallback;
        return *this;
    }
    // A shorter FROM for counting, when the joins only add columns: "FROM units_unit u".
    List& count_from(std::string from) {
        count_from_ = std::move(from);
        return *this;
    }

    // Throws Error(invalid) naming `ordering`, `page` or `cursor`.
    template <Described T>
    Page<T> page(Rx& rx, const PageQuery& query) {
        Page<T> out;
        run(rx, record_of<T>(), query, out.info, [&](StatementRow& row) -> const void* {
            row.load(record_of<T>(), &out.items.emplace_back());
            return &out.items.back();
        });
        if (int(out.items.size()) > out.info.page_size) out.items.pop_back();
        return out;
    }
    // Every row, for exports: walks by id in one snapshot.
    template <Described T>
    void each(Rx& rx, const std::function<bool(T&)>& on_row) {
        SqlParams params = rx.params();
        for (auto& bind : binders_) bind(params);
        rx.query(record_of<T>(), select_ + where_text() + " ORDER BY " + id_, params, [&](StatementRow& row) {
            T object{};
            row.load(record_of<T>(), &object);
            return on_row(object);
        });
    }

 private:
    void add(std::string_view condition);
    std::string where_text() const { return conditions_.empty() ? "" : " WHERE " + conditions_; }
    struct Plan;
    Plan plan(const Record& record, const PageQuery& query, PageInfo& info) const;
    std::string sql_of(const Plan& plan) const;
    void bind(const Plan& plan, const PageInfo& info, SqlParams& params) const;
    void count(Rx& rx, PageInfo& info) const;
    void run(Rx& rx, const Record& record, const PageQuery& query, PageInfo& info,
             const std::function<const void*(StatementRow&)>& take);

    std::string select_, id_, conditions_, count_from_;
    std::vector<std::function<void(SqlParams&)>> binders_;
    std::vector<SortKey> keys_;
    std::string_view fallback_ = "-id";
};

}  // namespace yuanliu
