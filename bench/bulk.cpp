// bulk_create: 10,000 codes of the caller's own in one request, all or nothing.
#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/env.hpp"
#include "base/unit_code.hpp"
#include "bench.hpp"
#include "figures.hpp"
#include "sqlite.hpp"
#include "wire.hpp"

namespace yuanliu::bench {
namespace {

constexpr std::size_t codes_a_request = 10'000;

std::vector<std::string> fresh_codes(const CodeMint& mint) {
    std::vector<std::string> codes;
    mint.mint(Env::real(), codes_a_request, codes);
    return codes;
}

std::string request_for(const std::string& token, const std::vector<std::string>& codes) {
    return request_text("POST", "/api/products/bulk_create/", token,
                        fmt::format(R"({{"product_type_id":1,"qrcode_ids":["{}"]}})", fmt::join(codes, "\",\"")));
}

// The same rows by prepared statements: a batch, its units and their timeline, the operation record and the event.
double bare_insert(Sqlite& db, Sqlite& served, const std::vector<std::string>& codes) {
    auto batch = db.copy_of_last(served, "units_batch", {});
    auto unit = db.copy_of_last(served, "units_unit", {"code", "batch_id"});
    auto entry = db.copy_of_last(served, "units_timeline", {"unit_id"});
    auto audit = db.copy_of_last(served, "audit_record", {});
    auto event = db.copy_of_last(served, "events_outbox", {});
    Stopwatch watch;
    db.exec("BEGIN IMMEDIATE");
    batch.insert.run();
    const auto batch_id = db.last_id();
    std::vector<std::int64_t> ids;
    for (const auto& code : codes) {
        unit.insert.bind(unit.places[0], code);
        unit.insert.bind(unit.places[1], batch_id);
        unit.insert.run();
        ids.push_back(db.last_id());
    }
    for (const auto id : ids) {
        entry.insert.bind(entry.places[0], id);
        entry.insert.run();
    }
    audit.insert.run();
    event.insert.run();
    db.exec("COMMIT");
    db.checkpoint_if_long();
    return watch.seconds();
}

}  // namespace

void measure_bulk(const Settings& settings, Table& table) {
    Site site(settings);
    TempFolder beside(settings.cache);
    std::filesystem::copy_file(database_of(site.folder()), database_of(beside.path()));
    Sqlite served(database_of(site.folder()), Sqlite::Mode::reading),
        bare(database_of(beside.path()), Sqlite::Mode::writing);
    const auto token = site.administrator();
    const CodeMint mint("codes of a bench, which nobody takes for real");
    std::vector<double> ours, theirs, ratios;
    for (int round = 0; round <= 3 * settings.rounds(); ++round) {
        const auto request = request_for(token, fresh_codes(mint));
        Stopwatch watch;
        ask_well(site.server().port(), request);
        const auto mine = watch.seconds(), other = bare_insert(bare, served, fresh_codes(mint));
        if (round == 0) continue;
        ours.push_back(codes_a_request / mine), theirs.push_back(codes_a_request / other),
            ratios.push_back(other / mine);
    }
    table.add(at_least("bulk_create, 10,000 codes a request", shown(median(ours)) + " units/s",
                       fmt::format("bare SQLite insert: {} units/s", shown(median(theirs))), median(ratios), 0.50));
}

}  // namespace yuanliu::bench
