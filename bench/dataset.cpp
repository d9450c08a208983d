#include "dataset.hpp"

#include <fmt/format.h>

#include <functional>

#include "app/config.hpp"
#include "app/wiring.hpp"
#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "company.hpp"
#include "figures.hpp"
#include "folder.hpp"
#include "platform/db/db.hpp"
#include "process.hpp"
#include "sqlite.hpp"

namespace yuanliu::bench {
namespace {

namespace fs = std::filesystem;

constexpr int generator_version = 1;  // raise it when company.cpp tells another story

// What a finished folder was made from.
std::string recipe(std::int64_t units) {
    std::string texts;
    for (const auto& migration : app::all_migrations()) texts += migration.text;
    return fmt::format("generator {}\nunits {}\nschema {}\n", generator_version, units,
                       hex_encode(view(sha256(texts))));
}

void create_administrator(const fs::path& binary, const fs::path& folder, const std::string& password) {
    Command command;
    command.words = {binary.string(),    "admin",  "create",       "--username", "bench",
                     "--password-stdin", "--data", folder.string()};
    command.folder = folder;
    command.log = folder / "bench.log";
    command.input = password + "\n";
    Child child(command);
    child.wait(60);
}

std::vector<std::string> index_statements(Database& db) {
    return db.read([](Rx& rx) {
        return rx.values<std::string>(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name IN ('units_unit', 'units_timeline', 'units_activation')");
    });
}

// "CREATE UNIQUE INDEX name ON …" → name
std::string index_name(const std::string& statement) {
    const auto at = statement.find("INDEX ") + 6;
    return statement.substr(at, statement.find(' ', at) - at);
}

// Rows go in without the indexes and without the disk's word; a bench that dies here begins again.
void fill(Database& db, std::int64_t units) {
    const auto indexes = index_statements(db);
    db.exclusively([&](Connection& c) {
        c.script("PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-400000;");
        for (const auto& statement : indexes) c.script("DROP INDEX " + index_name(statement));
    });
    found_company(db, units);
    db.exclusively([&](Connection& c) {
        for (const auto& statement : indexes) c.script(statement);
    });
}

}  // namespace

fs::path database_of(const fs::path& data_folder) { return data_folder / "yuanliu.db"; }

Dataset prepare(const fs::path& cache, const fs::path& binary, std::int64_t units) {
    Dataset out{cache / fmt::format("units-{}", units), units, "bench", ""};
    const auto mark = out.folder / "bench.recipe", secret = out.folder / "bench.password";
    const auto wanted = recipe(units);
    if (read_text(mark) == wanted) {
        out.password = read_text(secret);
        return out;
    }
    fmt::print("preparing {} units in {} (once) ...\n", shown(double(units)), out.folder.string());
    std::fflush(stdout);
    Stopwatch watch;
    fs::remove_all(out.folder);
    fs::create_directories(out.folder);
    unsigned char bytes[18];
    Env::real().random(bytes);
    out.password = base64url_encode({reinterpret_cast<const char*>(bytes), sizeof bytes});
    write_text(secret, out.password);
    create_administrator(binary, out.folder, out.password);
    app::Loaded loaded;
    loaded.config.data = out.folder.string();
    app::complete_secrets(loaded);
    {
        app::Application application(loaded.config, Env::real());
        fill(application.db(), units);
    }
    write_text(mark, wanted);
    fmt::print("  took {} s, {} MB\n", shown(watch.seconds()),
               shown(double(fs::file_size(database_of(out.folder))) / 1e6));
    return out;
}

std::vector<std::string> codes_of(const fs::path& data_folder, const std::string& state, std::size_t count) {
    Sqlite db(database_of(data_folder), Sqlite::Mode::reading);
    const auto last = db.integer("SELECT max(id) FROM units_unit");
    // Every so manieth row, and the next of that state after it.
    auto next = db.statement(state.empty() ? "SELECT code, id FROM units_unit WHERE id > ? ORDER BY id LIMIT 1"
                                           : "SELECT code, id FROM units_unit WHERE id > ? AND status = '" + state +
                                                 "' ORDER BY id LIMIT 1");
    std::vector<std::string> out;
    const auto step = std::max<std::int64_t>(1, last / std::int64_t(count));
    for (std::int64_t at = 0; out.size() < count;) {
        next.bind(1, at);
        if (!next.row()) break;
        out.push_back(next.text(0));
        at = std::max(at + step, next.integer(1));
        next.reset();
    }
    if (out.empty()) throw Failure("there are no units in state " + state);
    return out;
}

}  // namespace yuanliu::bench
