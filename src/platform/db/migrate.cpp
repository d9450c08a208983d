#include "platform/db/migrate.hpp"

#include <fmt/format.h>

#include <map>

#include "base/base64.hpp"
#include "base/crypto.hpp"

namespace yuanliu {
namespace {

std::string checksum_of(const Migration& m) { return hex_encode(view(sha256(m.text))); }

constexpr std::string_view ledger =
    "CREATE TABLE IF NOT EXISTS schema_migration (module TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,"
    " checksum TEXT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (module, number))";

// Each module counts 1, 2, 3 …
void check_numbers(const std::vector<Migration>& known) {
    std::map<std::string_view, int> last;
    for (const auto& m : known)
        if (int expected = ++last[m.module]; m.number != expected)
            throw internal(fmt::format("migration {}/{} stands where number {} should", m.module, m.name, expected));
}

// The migrations still to run; throws when history and binary disagree.
std::vector<const Migration*> plan(Connection& c, const std::vector<Migration>& known) {
    check_numbers(known);
    std::map<std::pair<std::string, int>, std::string> applied;
    SqlParams none(nullptr);
    c.run("SELECT module, number, checksum FROM schema_migration", none, [&](StatementRow& row) {
        applied[{std::string(row.text(0)), int(row.integer(1))}] = row.text(2);
        return true;
    });
    std::vector<const Migration*> out;
    for (const auto& m : known) {
        auto found = applied.find({std::string(m.module), m.number});
        if (found == applied.end()) {
            out.push_back(&m);
            continue;
        }
        if (found->second != checksum_of(m))
            throw internal(
                fmt::format("migration {}/{} was changed after it had been applied; restore the file and add a new one",
                            m.module, m.name));
        applied.erase(found);
    }
    if (!applied.empty())
        throw internal(fmt::format("the database is newer than this program (it has {} {}); install the newer version",
                                   applied.begin()->first.first, applied.begin()->first.second));
    return out;
}

}  // namespace

std::vector<std::string> migrate(Database& db, const std::vector<Migration>& migrations) {
    std::vector<std::string> done;
    db.exclusively([&](Connection& c) {
        c.script(ledger);
        for (const Migration* m : plan(c, migrations)) {
            c.begin(true);
            try {
                c.script(m->text);
                SqlParams params(nullptr);
                params.text(m->module), params.integer(m->number), params.text(m->name);
                params.own(checksum_of(*m)), params.integer(c.env->now().ms);
                c.run(
                    "INSERT INTO schema_migration (module, number, name, checksum, applied_at) VALUES (?, ?, ?, ?, ?)",
                    params);
                c.commit();
            } catch (const std::exception& e) {
                c.rollback();
                throw internal(fmt::format("migration {}/{} failed and was undone: {}", m->module, m->name, e.what()));
            }
            done.push_back(fmt::format("{}/{}", m->module, m->name));
        }
    });
    return done;
}

bool is_migrated(Database& db) {
    const char* known = db.dialect() == "sqlite" ? "SELECT 1 FROM sqlite_schema WHERE name = 'schema_migration'"
                                                 : "SELECT 1 WHERE to_regclass('schema_migration') IS NOT NULL";
    return db.read([&](Rx& rx) { return rx.maybe<std::int64_t>(known).has_value(); });
}

std::map<std::string, int> applied_migrations(Rx& rx) {
    std::map<std::string, int> out;
    rx.connection().run("SELECT module, max(number) FROM schema_migration GROUP BY module", rx.params(),
                        [&](StatementRow& row) {
                            out.emplace(row.text(0), int(row.integer(1)));
                            return true;
                        });
    return out;
}

std::vector<std::string> pending_migrations(Database& db, const std::vector<Migration>& migrations) {
    std::vector<std::string> out;
    db.exclusively([&](Connection& c) {
        c.script(ledger);
        for (const Migration* m : plan(c, migrations)) out.push_back(fmt::format("{}/{}", m->module, m->name));
    });
    return out;
}

}  // namespace yuanliu
