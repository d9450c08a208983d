// What a database adapter offers the floors above: one connection, used by one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>

#include "platform/describe/record.hpp"

namespace yuanliu {

// A row of a result, remembering how its columns map onto the Record last read from this statement.
class StatementRow : public SqlRow {
 public:
    // Fills a described object. Throws Error(internal) when columns and fields do not match by name one to one.
    void load(const Record& record, void* object);

 private:
    const Record* mapped_ = nullptr;
    std::vector<const Field*> mapping_;
};

// Raised when a row with the same unique key is there already. In PostgreSQL the transaction is lost with it, so rules
// prefer ON CONFLICT or a check first; what remains is a race, answered as a conflict.
class UniqueViolation : public Error {
 public:
    explicit UniqueViolation(std::string detail) : Error(Fault::conflict, "duplicate") { log_text = std::move(detail); }
};

// What a verb may reach besides rows: long-lived, thread-safe parts of the process (the code mint, the file store), by
// their type. Filled once at start-up by app/wiring.cpp, read-only afterwards.
class Parts {
 public:
    template <class T>
    void add(T& part) {
        all_[std::type_index(typeid(T))] = &part;
    }
    template <class T>
    T& get() const {
        auto found = all_.find(std::type_index(typeid(T)));
        if (found == all_.end()) throw internal(std::string("no such part: ") + typeid(T).name());
        return *static_cast<T*>(found->second);
    }

 private:
    std::unordered_map<std::type_index, void*> all_;
};

class Connection {
 public:
    virtual ~Connection() = default;

    using OnRow = std::function<bool(StatementRow&)>;  // false stops

    // Runs one statement and returns how many rows it changed. `?` marks a parameter; the tokens of docs/sql.md
    // (@ilike, @lock, @skip_locked) are expanded. Throws Error: busy, conflict (a constraint), no_space, internal.
    virtual std::int64_t run(std::string_view sql, const SqlParams& params, const OnRow& on_row = {}) = 0;
    // Runs one SELECT without holding all of its result in memory; inside a transaction only.
    virtual void stream(std::string_view sql, const SqlParams& params, const OnRow& on_row) {
        run(sql, params, on_row);
    }
    // Runs one INSERT and returns the new row's id.
    virtual std::int64_t insert(std::string_view sql, const SqlParams& params) = 0;
    // Inserts `rows` rows of the given columns; `bind` appends one row's values.
    virtual void insert_many(std::string_view table, const std::vector<std::string_view>& columns, std::size_t rows,
                             const std::function<void(std::size_t, SqlParams&)>& bind) = 0;
    // Runs several statements without parameters (a migration).
    virtual void script(std::string_view sql) = 0;
    virtual void begin(bool write) = 0;
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;
    // True if the caller got the lock called `name` until the transaction ends; false if another transaction has it.
    virtual bool try_lock(std::string_view name) = 0;

    // Deletes rows of an append-only table; returns how many.
    virtual std::int64_t erase_log(std::string_view table, std::string_view where, const SqlParams& params) = 0;

    // Set by the Database that opens the connection.
    Vault* vault = nullptr;
    Env* env = nullptr;
    const Parts* parts = nullptr;
};

}  // namespace yuanliu
