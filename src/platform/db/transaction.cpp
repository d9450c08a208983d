// Rx and Tx over any Connection: SQL text from Records, the row snapshots behind update(), the changes behind audit.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "base/crypto.hpp"
#include "base/mask.hpp"
#include "platform/db/db.hpp"

namespace yuanliu {
namespace {

// The parts of SQL that follow from a Record alone, built once.
struct RecordSql {
    std::string select;                     // SELECT a, b FROM table (with a blank at the end)
    std::string insert;                     // INSERT INTO table (a, b) VALUES (?, ?), without id
    std::vector<std::string_view> columns;  // without id
};
const RecordSql& sql_of(const Record& record) {
    static std::mutex mutex;
    static std::unordered_map<const Record*, std::unique_ptr<RecordSql>> all;
    thread_local std::unordered_map<const Record*, const RecordSql*> known;
    auto& mine = known[&record];
    if (mine) return *mine;
    std::lock_guard lock(mutex);
    auto& sql = all[&record];
    if (!sql) {
        sql = std::make_unique<RecordSql>();
        std::string names, columns, marks;
        for (const auto& field : record.fields) {
            names += (names.empty() ? "" : ", ") + std::string(field.name);
            if (field.name == "id") continue;
            sql->columns.push_back(field.name);
            columns += (columns.empty() ? "" : ", ") + std::string(field.name);
            marks += marks.empty() ? "?" : ", ?";
        }
        sql->select = fmt::format("SELECT {} FROM {} ", names, record.name);
        sql->insert = fmt::format("INSERT INTO {} ({}) VALUES ({})", record.name, columns, marks);
    }
    return *(mine = sql.get());
}

bool whole_statement(std::string_view sql) {
    sql.remove_prefix(std::min(sql.find_first_not_of(" \n\t"), sql.size()));
    return sql.starts_with("SELECT") || sql.starts_with("WITH");
}

// A field as it may stand in an operation record: personal data masked, secrets and fingerprints left out.
bool write_audited(const Field& field, const void* object, JsonWriter& w) {
    const Type& type = *field.type;
    if (type.kind == Kind::secret || type.kind == Kind::blind || field.name.ends_with("_hash")) return false;
    w.key(field.name);
    if (!type.sealed) return type.write(field.in(object), w), true;
    std::string plain;
    JsonWriter inner(plain);
    type.write(field.in(object), inner);
    if (plain.size() <= 2 || plain == "null") return w.raw(plain), true;
    std::string_view text(plain.data() + 1, plain.size() - 2);
    w.string(type.kind == Kind::phone   ? mask_phone(text)
             : type.kind == Kind::email ? mask_email(text)
                                        : (field.name.ends_with("address") ? mask_address(text) : mask_name(text)));
    return true;
}
std::string audited_json(const Record& record, const void* object) {
    std::string out;
    JsonWriter w(out);
    w.begin_object();
    for (const auto& field : record.fields) write_audited(field, object, w);
    w.end_object();
    return out;
}
std::string field_json(const Field& field, const void* object) {
    std::string out;
    JsonWriter w(out);
    // Blind values are not written as JSON; they change together with the value they stand for.
    if (field.type->kind == Kind::blind && field.in(object)) {
        SqlParams params(nullptr);
        field.type->bind(field.in(object), params);
        return params.values[0].null ? "null" : std::string(params.values[0].text);
    }
    field.type->write(field.in(object), w);
    return out;
}

}  // namespace

void StatementRow::load(const Record& record, void* object) {
    if (mapped_ != &record) {
        mapping_.clear();
        for (int i = 0; i < columns(); ++i) {
            const Field* field = record.find(name(i));
            if (!field) throw internal(fmt::format("column {} is no field of {}", name(i), record.name));
            mapping_.push_back(field);
        }
        if (mapping_.size() != record.fields.size())
            throw internal(fmt::format("the query gives {} of {} fields of {}", mapping_.size(), record.fields.size(),
                                       record.name));
        mapped_ = &record;
    }
    for (int i = 0; i < int(mapping_.size()); ++i) {
        const Field& field = *mapping_[i];
        if (!field.type->optional && is_null(i)) throw internal(fmt::format("{}.{} is null", record.name, field.name));
        field.type->load(field.at(object), *this, i);
    }
}

Blind Rx::blind(std::string_view kind, std::string_view value) const { return connection_.vault->blind(value, kind); }

Error Rx::missing(const Record& record) {
    return Error(Fault::not_found, "not_found", {{"what", std::string(record.name)}});
}

void Rx::query(const Record& record, std::string_view sql, const SqlParams& params, const Connection::OnRow& on_row,
               Fetch fetch) {
    std::string text;
    if (!whole_statement(sql)) {
        const std::string& select = sql_of(record).select;
        text.reserve(select.size() + sql.size());
        text.append(select).append(sql);
        sql = text;
    }
    if (fetch == Fetch::streamed)
        connection_.stream(sql, params, on_row);
    else
        connection_.run(sql, params, on_row);
}

void Tx::remember(const Record& record, std::int64_t id, std::shared_ptr<void> row) {
    for (auto& r : remembered_)
        if (r.record == &record && r.id == id) {
            r.row = std::move(row);  // a statement may have changed it meanwhile: update() compares with what is stored
            return;
        }
    remembered_.push_back({&record, id, std::move(row)});
}

Tx::Remembered& Tx::remembered(const Record& record, std::int64_t id) {
    for (auto& r : remembered_)
        if (r.record == &record && r.id == id) return r;
    throw internal(fmt::format("{} {} was changed without a lock", record.name, id));
}

std::int64_t Tx::insert_row(const Record& record, const void* row) {
    SqlParams params(connection_.vault);
    params.values.reserve(record.fields.size());
    for (const auto& field : record.fields)
        if (field.name != "id") field.type->bind(field.in(row), params);
    return connection_.insert(sql_of(record).insert, params);
}

void Tx::inserted(const Record& record, std::int64_t id, const void* row) {
    changes_.push_back({Change::What::inserted, record.name, id, {}, audited_json(record, row)});
}

void Tx::insert_rows(const Record& record, std::size_t count, const std::function<const void*(std::size_t)>& row) {
    if (count == 0) return;
    connection_.insert_many(record.name, sql_of(record).columns, count, [&](std::size_t i, SqlParams& params) {
        const void* object = row(i);
        for (const auto& field : record.fields)
            if (field.name != "id") field.type->bind(field.in(object), params);
    });
}

void Tx::update_row(const Record& record, std::int64_t id, std::shared_ptr<void> fresh) {
    const void* row = fresh.get();
    Remembered& known = remembered(record, id);
    SqlParams params(connection_.vault);
    std::string sets, before, after;
    JsonWriter old_json(before), new_json(after);
    old_json.begin_object(), new_json.begin_object();
    bool visible = false;
    for (const auto& field : record.fields) {
        if (field_json(field, known.row.get()) == field_json(field, row)) continue;
        sets += (sets.empty() ? "" : ", ") + std::string(field.name) + " = ?";
        field.type->bind(field.in(row), params);
        if (write_audited(field, known.row.get(), old_json)) write_audited(field, row, new_json), visible = true;
    }
    old_json.end_object(), new_json.end_object();
    if (sets.empty()) return;
    params.integer(id);
    auto changed = connection_.run(fmt::format("UPDATE {} SET {} WHERE id = ?", record.name, sets), params);
    if (changed != 1) throw internal(fmt::format("{} {} vanished under its lock", record.name, id));
    if (!visible) before.clear(), after.clear();
    changes_.push_back({Change::What::updated, record.name, id, before, after});
    known.row = std::move(fresh);
}

void Tx::erase_row(const Record& record, std::int64_t id, const void* row) {
    remembered(record, id);
    SqlParams params(connection_.vault);
    params.integer(id);
    if (connection_.run(fmt::format("DELETE FROM {} WHERE id = ?", record.name), params) != 1)
        throw internal(fmt::format("{} {} vanished under its lock", record.name, id));
    changes_.push_back({Change::What::erased, record.name, id, audited_json(record, row), {}});
}

}  // namespace yuanliu
