// What a field needs to know of SQL: values bound in order, cells read by position. Adapters in platform/db implement
// it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace yuanliu {

class Vault;  // base/crypto.hpp

struct SqlValue {
    enum class Kind : std::uint8_t { integer, text, boolean, real };
    Kind kind;
    bool null;
    std::int64_t number;
    double real;
    std::string_view text;
};

// Values for the ?s of one statement. Text is borrowed unless given to `own`.
class SqlParams {
 public:
    explicit SqlParams(Vault* vault) : vault(vault) {}
    void integer(std::int64_t n) { values.push_back({SqlValue::Kind::integer, false, n, 0, {}}); }
    void boolean(bool b) { values.push_back({SqlValue::Kind::boolean, false, b, 0, {}}); }
    void real(double d) { values.push_back({SqlValue::Kind::real, false, 0, d, {}}); }
    void text(std::string_view s) { values.push_back({SqlValue::Kind::text, false, 0, 0, s}); }
    void own(std::string s) { text(owned_.emplace_back(std::move(s))); }
    void null(SqlValue::Kind kind) { values.push_back({kind, true, 0, 0, {}}); }
    void clear() { values.clear(), owned_.clear(); }

    std::vector<SqlValue> values;
    Vault* vault;

 private:
    std::deque<std::string> owned_;
};

// One row of a result; valid until the next step.
class SqlRow {
 public:
    virtual ~SqlRow() = default;
    virtual int columns() const = 0;
    virtual std::string_view name(int column) const = 0;
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual bool boolean(int column) const = 0;
    virtual double real(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    Vault* vault = nullptr;
};

}  // namespace yuanliu
