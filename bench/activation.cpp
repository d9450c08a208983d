// Activation: the write that thousands of phones make, five rows each, durable before it is answered.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <random>

#include "bench.hpp"
#include "company.hpp"
#include "figures.hpp"
#include "load.hpp"
#include "sqlite.hpp"
#include "wire.hpp"

namespace yuanliu::bench {
namespace {

std::string staff_token(Site& site) {
    constexpr const char* password = "Pallets-on-the-move-42";
    const auto body = fmt::format(R"({{"username":"bench-staff","password":"{}","user_type":3}})", password);
    ask_well(site.server().port(), request_text("POST", "/api/users/", site.administrator(), body));
    return site.server().login("bench-staff", password);
}

// What lies side by side is not activated one after the other.
template <class T>
void shuffle(std::vector<T>& all) {
    std::minstd_rand dice(7);
    for (std::size_t i = all.size() - 1; i > 0; --i) std::swap(all[i], all[dice() % (i + 1)]);
}

// Requests that activate shipped units for customers on file.
std::vector<std::string> activations(Site& site, std::size_t count) {
    const auto token = staff_token(site);
    Sqlite db(database_of(site.folder()), Sqlite::Mode::reading);
    const auto first = db.integer("SELECT min(id) FROM identity_user WHERE user_type = 2");
    const auto last = db.integer("SELECT max(id) FROM identity_user WHERE user_type = 2");
    std::vector<std::string> out;
    for (const auto& code : codes_of(site.folder(), "shipped", count)) {
        const auto customer = first + std::int64_t(out.size() * 7919) % (last - first + 1);
        out.push_back(request_text("POST", "/api/products/activate/", token,
                                   fmt::format(R"({{"qrcode_id":"{}","customer_id":{}}})", code, customer)));
    }
    shuffle(out);
    return out;
}

// The same rows by hand, in a copy of the same database.
class BareActivations {
 public:
    BareActivations(const std::filesystem::path& file, Sqlite& served)
        : db_(file, Sqlite::Mode::writing),
          unit_(db_.statement("UPDATE units_unit SET status = 'activated', customer_id = ?, activated_at = ?, "
                              "warranty_start = '2026-01-01',"
                              " warranty_end = '2027-01-01', updated_at = ? WHERE id = ?")),
          activation_(db_.copy_of_last(served, "units_activation", {"unit_id", "customer_id"})),
          timeline_(db_.copy_of_last(served, "units_timeline", {"unit_id"})),
          audit_(db_.copy_of_last(served, "audit_record", {"subject_id"})),
          event_(db_.copy_of_last(served, "events_outbox", {"aggregate"})) {
        customer_ = db_.integer("SELECT min(id) FROM identity_user WHERE user_type = 2");
        auto shipped = db_.statement("SELECT id FROM units_unit WHERE status = 'shipped'");
        while (shipped.row()) units_.push_back(shipped.integer(0));
        shuffle(units_);
    }

    // Activations a second when `group` of them share a commit.
    double run(int group, double seconds) {
        Stopwatch watch;
        std::int64_t done = 0;
        while (watch.seconds() < seconds) {
            db_.exec("BEGIN IMMEDIATE");
            for (int i = 0; i < group; ++i) one();
            db_.exec("COMMIT");
            db_.checkpoint_if_long();
            done += group;
        }
        return double(done) / watch.seconds();
    }

 private:
    void one() {
        if (units_.empty()) throw Failure("no shipped units are left");
        const auto unit = units_.back();
        units_.pop_back();
        constexpr std::int64_t now = 1'770'000'000'000;
        unit_.bind(1, customer_), unit_.bind(2, now), unit_.bind(3, now), unit_.bind(4, unit);
        unit_.run();
        activation_.insert.bind(activation_.places[0], unit);
        activation_.insert.bind(activation_.places[1], customer_);
        activation_.insert.run();
        timeline_.insert.bind(timeline_.places[0], unit);
        timeline_.insert.run();
        audit_.insert.bind(audit_.places[0], unit);
        audit_.insert.run();
        event_.insert.bind(event_.places[0], "unit:" + std::to_string(unit));
        event_.insert.run();
    }

    Sqlite db_;
    Sqlite::Statement unit_;
    Sqlite::Copy activation_, timeline_, audit_, event_;
    std::int64_t customer_ = 0;
    std::vector<std::int64_t> units_;
};

// How long it takes to append 4 KiB for good, in microseconds.
std::vector<std::uint32_t> sync_times(const std::filesystem::path& folder, double seconds) {
    const int fd = ::open((folder / "sync.probe").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::string block(4096, 'x');
    std::vector<std::uint32_t> out;
    Stopwatch all;
    while (all.seconds() < seconds) {
        Stopwatch watch;
        if (::write(fd, block.data(), block.size()) != ssize_t(block.size()) || ::fdatasync(fd) != 0) break;
        out.push_back(std::uint32_t(watch.ms() * 1000));
    }
    ::close(fd);
    return out;
}

}  // namespace

void measure_activation(const Settings& settings, Table& table) {
    Site site(settings);
    TempFolder beside(settings.cache);
    std::filesystem::copy_file(database_of(site.folder()), database_of(beside.path()));
    const auto requests = activations(site, 250'000);
    std::atomic<std::size_t> next = 0;
    // The first one shows the yardstick what rows to write.
    ask_well(site.server().port(), requests[next++]);
    Sqlite served(database_of(site.folder()), Sqlite::Mode::reading);
    BareActivations bare(database_of(beside.path()), served);
    Load load;
    load.port = site.server().port();
    load.requests = &requests;
    load.next = &next;
    load.seconds = settings.seconds();
    std::vector<double> ours, grouped, single, grouped_ratio, single_ratio, groups;
    for (int round = 0; round <= settings.rounds(); ++round) {
        const auto commits = site.server().metric("yuanliu_db_commits_total");
        const auto transactions = site.server().metric("yuanliu_db_transactions_total");
        const auto mine = run_load(load).per_s;
        const auto group = (site.server().metric("yuanliu_db_transactions_total") - transactions) /
                           std::max(1.0, site.server().metric("yuanliu_db_commits_total") - commits);
        const auto by_group = bare.run(std::max(1, int(std::lround(group))), settings.seconds());
        const auto one_by_one = bare.run(1, settings.seconds() / 2);
        if (round == 0) continue;
        ours.push_back(mine), grouped.push_back(by_group), single.push_back(one_by_one), groups.push_back(group);
        grouped_ratio.push_back(mine / by_group), single_ratio.push_back(mine / one_by_one);
    }
    const auto figure = shown(median(ours)) + "/s";
    table.add(at_least("activation over HTTP, 256 clients", figure,
                       fmt::format("bare SQLite, {} a commit: {}/s", shown(median(groups)), shown(median(grouped))),
                       median(grouped_ratio), 0.45));
    table.add(at_least("activation over HTTP, 256 clients", figure,
                       fmt::format("bare SQLite, 1 a commit: {}/s", shown(median(single))), median(single_ratio), 3));
}

void measure_idle_write(const Settings& settings, Table& table) {
    Site site(settings);
    const auto requests = activations(site, 80'000);
    std::atomic<std::size_t> next = 0;
    Load load;
    load.port = site.server().port();
    load.requests = &requests;
    load.next = &next;
    load.connections = load.threads = 1;
    load.seconds = settings.seconds() / 2;
    std::vector<double> ours, sync, ratios;
    for (int round = 0; round <= 2 * settings.rounds(); ++round) {
        const auto mine = percentile(run_load(load).us, 0.5);
        const auto other = percentile(sync_times(site.folder(), load.seconds), 0.5);
        if (round == 0) continue;
        ours.push_back(mine), sync.push_back(other), ratios.push_back(mine / other);
    }
    table.add(at_most("activation p50, one client", shown(median(ours)) + " us",
                      fmt::format("write 4 KiB, fdatasync: {} us", shown(median(sync))), median(ratios), 2));
}

}  // namespace yuanliu::bench
