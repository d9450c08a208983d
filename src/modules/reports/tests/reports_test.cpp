// Figures against a naive count over the same random year.
#include "modules/reports/reports.hpp"

#include <cmath>
#include <map>
#include <random>
#include <set>

#include "modules/repair/tests/seed.hpp"
#include "modules/reports/csv.hpp"

namespace yuanliu::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What the tests remember of a unit, to count by hand.
struct Known {
    std::string code;
    std::int64_t type = 0, batch = 0, agent = 0;
    std::optional<Time> shipped_at, activated_at;
    std::optional<Date> activated_on;
};
struct KnownMove {
    bool activation;
    Date day;
    std::int64_t type, agent;
};
struct KnownLife {
    Date day;
    std::int64_t type, batch, agent;
};
struct KnownRepair {
    std::string code, reason;
    std::int64_t type, batch, agent;
    Date received_on, activated_on;
    Time received_at;
    std::optional<Time> closed_at;
    std::optional<Date> closed_on;
    bool cancelled = false, in_warranty = false;
};

class ReportsTest : public repair::RepairTest {
 protected:
    Date today() { return {zone_.day_of(env().now())}; }

    // Twenty weeks of trade.
    void trade(std::mt19937& dice) {
        auto roll = [&](int n) { return int(dice() % unsigned(n)); };
        for (int week = 0; week < 20; ++week) {
            env().advance(day_ms * (1 + roll(12)) + roll(20) * hour_ms);
            db().write([&](Tx& tx) {
                make_and_ship(tx, roll, "W" + std::to_string(week));
                for (auto& unit : units_)
                    if (roll(4) == 0 && units::one_by_code(tx, unit.code).status == units::State::shipped)
                        activate(tx, unit);
                for (int i = 0; i < 3; ++i) send_back(tx, roll);
                for (int i = 0; i < 4; ++i) repair_one(tx, roll);
            });
        }
        // Otherwise there would be nothing to compare.
        ASSERT_GT(moves_.size(), 100u);
        ASSERT_GT(
            std::count_if(repairs_.begin(), repairs_.end(), [](const auto& r) { return r.closed_at && !r.cancelled; }),
            0);
    }

    template <class Roll>
    void make_and_ship(Tx& tx, Roll roll, const std::string& prefix) {
        auto type = roll(2) ? long_type_ : short_type_;
        const auto& agent = roll(3) ? agent_ : other_agent_;
        units::BulkCreate order{type, std::vector<Code<1, 64>>{}, {}, {}, {}};
        units::BulkShip shipment;
        shipment.agent_id = Id<identity::User>{agent.user_id};
        for (int i = 0; i < 8; ++i) {
            Known unit{prefix + "-" + std::to_string(i), type.value, 0, 0, {}, {}, {}};
            order.qrcode_ids->push_back(unit.code);
            if (i < 6) {
                shipment.qrcode_ids.push_back(unit.code);
                unit.agent = agent.user_id, unit.shipped_at = tx.now();
                moves_.push_back({false, today(), type.value, unit.agent});
            }
            units_.push_back(unit);
        }
        auto batch = units::bulk_create(tx, staff_, order).batch_id;
        for (std::size_t i = units_.size() - 8; i < units_.size(); ++i) units_[i].batch = batch.value;
        units::bulk_ship(tx, staff_, shipment);
    }

    void activate(Tx& tx, Known& unit) {
        units::Activate input;
        input.qrcode_id = unit.code;
        input.customer_id = Id<identity::User>{customer_.user_id};
        units::activate(tx, staff_, input);
        unit.activated_at = tx.now(), unit.activated_on = today();
        moves_.push_back({true, today(), unit.type, unit.agent});
        lives_.push_back({today(), unit.type, unit.batch, unit.agent});
    }

    // Back into stock, and sometimes on to the other agent: what was shipped and activated then stays so.
    template <class Roll>
    void send_back(Tx& tx, Roll roll) {
        Known& unit = units_[std::size_t(roll(int(units_.size())))];
        auto state = units::one_by_code(tx, unit.code).status;
        if (state != units::State::shipped && state != units::State::activated) return;
        if (tx.exists<repair::Ticket>("unit_code = ?", unit.code)) return;
        units::take_back(tx, staff_, {{unit.code}, {}});
        unit.activated_at.reset(), unit.activated_on.reset();
        if (roll(2)) return;
        units::restock(tx, staff_, {{unit.code}, {}});
        unit.shipped_at.reset(), unit.agent = 0;
        if (roll(2)) return;
        units::bulk_ship(tx, staff_, {{unit.code}, {other_agent_.user_id}, {}});
        unit.shipped_at = tx.now(), unit.agent = other_agent_.user_id;
        moves_.push_back({false, today(), unit.type, unit.agent});
    }

    template <class Roll>
    void repair_one(Tx& tx, Roll roll) {
        static const char* const reasons[] = {"不开机", "噪音大", "漏水", "=危险()"};
        const Known& unit = units_[std::size_t(roll(int(units_.size())))];
        auto stored = units::one_by_code(tx, unit.code);
        if (stored.status == units::State::in_repair) {
            auto open = tx.one<repair::Ticket>("WHERE unit_id = ? AND closed_at IS NULL", stored.id);
            auto& known =
                *std::find_if(repairs_.rbegin(), repairs_.rend(), [&](auto& r) { return r.code == unit.code; });
            known.cancelled = open.chargeable;
            if (open.chargeable)
                repair::cancel(tx, staff_, open.id, {});
            else
                repair::complete(tx, staff_, open.id, {});
            known.closed_at = tx.now(), known.closed_on = today();
            return;
        }
        if (stored.status != units::State::activated) return;
        auto input = for_code(unit.code);
        input.reason = reasons[roll(4)];
        auto ticket = repair::open(tx, staff_, input);
        repairs_.push_back({unit.code,
                            input.reason.value,
                            unit.type,
                            unit.batch,
                            unit.agent,
                            today(),
                            *unit.activated_on,
                            tx.now(),
                            {},
                            {},
                            false,
                            *ticket.in_warranty});
    }

    template <class F>
    auto read(F f) {
        return db().read([&](Rx& rx) { return f(rx); });
    }
    void roll_up_all(std::int64_t step) {
        while (db().write([&](Tx& tx) { return roll_up(tx, step); }) > 0) continue;
    }

    std::vector<Known> units_;
    std::vector<KnownMove> moves_;
    std::vector<KnownLife> lives_;
    std::vector<KnownRepair> repairs_;
};
YL_BOTH_DATABASES(ReportsTest);

std::int64_t rank(std::vector<std::int64_t> values, int percent) {
    std::sort(values.begin(), values.end());
    return values.at(std::size_t(std::ceil(double(values.size()) * percent / 100)) - 1);
}

TEST_P(ReportsTest, trend_is_what_the_timeline_says) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice(seed);
    const Date first = today();
    trade(dice);
    auto check = [&] {
        for (auto by : {TrendBy::none, TrendBy::type, TrendBy::agent})
            for (const Actor* actor : {&staff_, &agent_}) {
                TrendQuery query;
                query.by = by, query.from_date = first, query.to_date = today();
                std::map<std::pair<Date, std::int64_t>, std::array<std::int64_t, 4>> wanted;
                auto key = [&](std::int64_t type, std::int64_t agent) {
                    return by == TrendBy::type ? type : by == TrendBy::agent ? agent : 0;
                };
                auto mine = [&](std::int64_t agent) { return actor == &staff_ || agent == actor->user_id; };
                for (const auto& m : moves_)
                    if (mine(m.agent)) ++wanted[{m.day, key(m.type, m.agent)}][m.activation ? 1 : 0];
                for (const auto& r : repairs_) {
                    if (!mine(r.agent)) continue;
                    ++wanted[{r.received_on, key(r.type, r.agent)}][2];
                    if (r.closed_on && !r.cancelled) ++wanted[{*r.closed_on, key(r.type, r.agent)}][3];
                }
                auto rows = read([&](Rx& rx) { return trend(rx, *actor, query); });
                std::set<std::int64_t> keys;
                for (const auto& row : rows) {
                    std::array<std::int64_t, 4> got{row.shipped, row.activated, row.repairs_opened, row.repaired};
                    keys.insert(row.key.value_or(0));
                    EXPECT_EQ(got, (wanted[{row.period_start, row.key.value_or(0)}]))
                        << format_date(row.period_start.days);
                }
                EXPECT_EQ(rows.size(), keys.size() * std::size_t(today().days - first.days + 1));
            }
    };
    check();
    // Half of it added up, then all: the figures stay.
    db().write([&](Tx& tx) { EXPECT_GT(roll_up(tx, std::int64_t(moves_.size() / 2)), 0); });
    check();
    env().advance(hour_ms);
    roll_up_all(7);
    EXPECT_EQ(
        read([](Rx& rx) { return rx.value<std::int64_t>("SELECT CAST(sum(units) AS BIGINT) FROM reports_flow"); }),
        std::int64_t(moves_.size()));
    check();
}

TEST_P(ReportsTest, entries_too_young_wait) {
    add_unit("YOUNG", long_type_);
    EXPECT_EQ(db().write([](Tx& tx) { return roll_up(tx, 100); }), 0);
    env().advance(hour_ms);
    EXPECT_GT(db().write([](Tx& tx) { return roll_up(tx, 100); }), 0);
    EXPECT_EQ(db().write([](Tx& tx) { return roll_up(tx, 100); }), 0);
}

TEST_P(ReportsTest, weeks_and_months_begin_where_the_calendar_says) {
    TrendQuery query;
    query.from_date = Date{*parse_date("2026-02-25")}, query.to_date = Date{*parse_date("2026-03-16")};
    auto starts = [&](Period period) {
        query.period = period;
        std::vector<std::string> out;
        for (const auto& row : read([&](Rx& rx) { return trend(rx, staff_, query); }))
            out.push_back(format_date(row.period_start.days));
        return out;
    };
    EXPECT_THAT(starts(Period::week), ElementsAre("2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16"));
    EXPECT_THAT(starts(Period::month), ElementsAre("2026-02-01", "2026-03-01"));
    EXPECT_EQ(starts(Period::day).size(), 20u);
    query = {};
    EXPECT_EQ(starts(Period::day).size(), 30u);
    EXPECT_EQ(starts(Period::week).size(), 12u);
    EXPECT_EQ(starts(Period::month).size(), 12u);
}

TEST_P(ReportsTest, activation_is_what_the_units_say) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice(seed);
    const Date first = today();
    trade(dice);
    for (auto by : {ActivationBy::none, ActivationBy::type, ActivationBy::agent, ActivationBy::batch})
        for (bool ranged : {false, true}) {
            ActivationQuery query;
            query.by = by;
            Date from{first.days + 20}, to{first.days + 60};
            if (ranged) query.from_date = from, query.to_date = to;
            struct Sum {
                std::int64_t shipped = 0;
                std::vector<std::int64_t> delays;
            };
            std::map<std::int64_t, Sum> wanted;
            for (const auto& unit : units_) {
                if (!unit.shipped_at) continue;
                Date day{zone_.day_of(*unit.shipped_at)};
                if (ranged && (day < from || to < day)) continue;
                auto& sum = wanted[by == ActivationBy::type    ? unit.type
                                   : by == ActivationBy::agent ? unit.agent
                                   : by == ActivationBy::batch ? unit.batch
                                                               : 0];
                ++sum.shipped;
                if (unit.activated_at) sum.delays.push_back((unit.activated_at->ms - unit.shipped_at->ms) / day_ms);
            }
            auto rows = read([&](Rx& rx) { return activation(rx, staff_, query); });
            ASSERT_EQ(rows.size(), wanted.size());
            for (const auto& row : rows) {
                const auto& sum = wanted[row.key.value_or(0)];
                EXPECT_EQ(row.shipped, sum.shipped);
                EXPECT_EQ(row.activated, std::int64_t(sum.delays.size()));
                EXPECT_NEAR(row.activation_rate.value_or(-1), double(sum.delays.size()) / double(sum.shipped), 1e-4);
                EXPECT_EQ(row.delay_days_p50.has_value(), !sum.delays.empty());
                if (sum.delays.empty()) continue;
                EXPECT_EQ(row.delay_days_p50, rank(sum.delays, 50));
                EXPECT_EQ(row.delay_days_p90, rank(sum.delays, 90));
            }
        }
}

TEST_P(ReportsTest, failures_are_failed_units_of_those_activated) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice(seed);
    const Date first = today();
    trade(dice);
    auto month = [](Date day) {
        auto civil = civil_from_days(day.days);
        return std::int64_t(civil.year) * 100 + civil.month;
    };
    auto check = [&](FailureBy by, bool ranged, bool of_agent) {
        FailureQuery query;
        query.by = by;
        if (ranged) query.from_date = Date{first.days + 20}, query.to_date = Date{first.days + 70};
        if (of_agent) query.agent_id = Id<identity::User>{agent_.user_id};
        auto key = [&](const auto& of, Date activated_on) {
            return by == FailureBy::type ? of.type : by == FailureBy::batch ? of.batch : month(activated_on);
        };
        auto asked = [&](const auto& of, Date day) {
            return (!ranged || (*query.from_date <= day && day <= *query.to_date)) &&
                   (!of_agent || of.agent == agent_.user_id);
        };
        std::map<std::int64_t, std::int64_t> active, repairs;
        std::map<std::int64_t, std::set<std::pair<std::string, Date>>> failed;
        for (const auto& life : lives_)
            if (asked(life, life.day)) ++active[key(life, life.day)];
        for (const auto& r : repairs_)
            if (!r.cancelled && asked(r, r.activated_on)) {
                ++repairs[key(r, r.activated_on)];
                failed[key(r, r.activated_on)].emplace(r.code, r.activated_on);
            }
        auto rows = read([&](Rx& rx) { return failures(rx, staff_, query); });
        ASSERT_EQ(rows.size(), active.size());
        for (const auto& row : rows) {
            EXPECT_EQ(row.activated, active[*row.key]);
            EXPECT_EQ(row.repairs, repairs[*row.key]);
            EXPECT_EQ(row.failed_units, std::int64_t(failed[*row.key].size()));
            EXPECT_NEAR(row.failed_per_thousand.value_or(-1), 1000.0 * double(row.failed_units) / double(row.activated),
                        1e-3);
        }
    };
    auto check_all = [&] {
        for (auto by : {FailureBy::type, FailureBy::batch, FailureBy::month})
            for (bool ranged : {false, true})
                for (bool of_agent : {false, true}) check(by, ranged, of_agent);
    };
    check_all();
    // Half of it added up, then all: the figures stay.
    db().write([&](Tx& tx) { EXPECT_GT(roll_up(tx, std::int64_t(lives_.size() / 2)), 0); });
    check_all();
    env().advance(hour_ms);
    roll_up_all(7);
    EXPECT_EQ(
        read([](Rx& rx) { return rx.value<std::int64_t>("SELECT CAST(sum(units) AS BIGINT) FROM reports_life"); }),
        std::int64_t(lives_.size()));
    check_all();
}

TEST_P(ReportsTest, a_failure_rate_does_not_change_when_units_come_back) {
    add_unit("A", long_type_), add_unit("B", long_type_);
    const auto broken_one = open_ticket("A");
    db().write([&](Tx& tx) { repair::complete(tx, staff_, broken_one.id, {}); });
    const auto rate = [&] {
        const auto rows = read([&](Rx& rx) { return failures(rx, staff_, {}); });
        return rows.size() == 1 ? rows[0].failed_per_thousand : std::nullopt;
    };
    EXPECT_EQ(rate(), 500.0);
    db().write([&](Tx& tx) { units::take_back(tx, staff_, {{"B"}, {}}); });
    EXPECT_EQ(rate(), 500.0);
    db().write([&](Tx& tx) { units::take_back(tx, staff_, {{"A"}, {}}); });
    EXPECT_EQ(rate(), 500.0) << "the unit that failed is back, too";
    // Sold anew it begins anew, and may fail anew.
    env().advance(day_ms);
    db().write([&](Tx& tx) {
        units::restock(tx, staff_, {{"A"}, {}});
        units::bulk_ship(tx, staff_, {{"A"}, {agent_.user_id}, {}});
        units::Activate again;
        again.qrcode_id = "A", again.customer_id = Id<identity::User>{other_customer_.user_id};
        units::activate(tx, staff_, again);
    });
    EXPECT_NEAR(rate().value_or(0), 333.3, 0.1);
    open_ticket("A");
    EXPECT_NEAR(rate().value_or(0), 666.7, 0.1);
}

TEST_P(ReportsTest, a_replacement_from_stock_does_not_push_the_activation_rate_over_one) {
    add_unit("A", long_type_), add_spare("SPARE", long_type_);
    db().write([&](Tx& tx) { units::replace(tx, staff_, units::one_by_code(tx, "A").id, {"SPARE", "坏了"}); });
    const auto all = read([&](Rx& rx) { return overview(rx, staff_, {}); });
    EXPECT_EQ(all.made, 2);
    EXPECT_EQ(all.shipped, 1);
    EXPECT_EQ(all.activated, 1);
    EXPECT_EQ(all.activation_rate, 1.0);
    const auto rows = read([&](Rx& rx) { return activation(rx, staff_, {}); });
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].activation_rate, 1.0);
}

TEST_P(ReportsTest, reasons_and_turnaround_are_what_the_tickets_say) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice(seed);
    trade(dice);
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> wanted;
    std::vector<std::int64_t> minutes;
    std::int64_t all = 0;
    for (const auto& r : repairs_) {
        if (r.closed_at && !r.cancelled) minutes.push_back((r.closed_at->ms - r.received_at.ms) / minute_ms);
        if (r.cancelled) continue;
        ++all, ++wanted[r.reason].first;
        if (r.in_warranty) ++wanted[r.reason].second;
    }
    auto rows = read([&](Rx& rx) { return reasons(rx, staff_, {}); });
    ASSERT_EQ(rows.size(), wanted.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].repairs, wanted[rows[i].reason].first);
        EXPECT_EQ(rows[i].in_warranty, wanted[rows[i].reason].second);
        EXPECT_NEAR(rows[i].share.value_or(-1), double(rows[i].repairs) / double(all), 1e-4);
        if (i) EXPECT_GE(rows[i - 1].repairs, rows[i].repairs);
    }
    TurnaroundQuery query;
    for (auto by : {TurnaroundBy::none, TurnaroundBy::technician}) {
        query.by = by;
        auto times = read([&](Rx& rx) { return turnaround(rx, staff_, query); });
        ASSERT_EQ(times.size(), by == TurnaroundBy::none || !minutes.empty() ? 1u : 0u);
        if (minutes.empty()) continue;
        EXPECT_EQ(times[0].finished, std::int64_t(minutes.size()));
        EXPECT_NEAR(*times[0].hours_p50, double(rank(minutes, 50)) / 60, 0.06);
        EXPECT_NEAR(*times[0].hours_p90, double(rank(minutes, 90)) / 60, 0.06);
    }
}

TEST_P(ReportsTest, overview_counts_what_there_is) {
    add_unit("A", long_type_), add_unit("B", long_type_), add_spare("C", long_type_);
    open_ticket("A");
    auto all = read([&](Rx& rx) { return overview(rx, staff_, {}); });
    std::map<units::State, std::int64_t> states;
    for (const auto& [status, units] : all.by_state) states[status] = units;
    EXPECT_EQ(all.by_state.size(), 8u);
    EXPECT_EQ(states[units::State::in_stock], 1);
    EXPECT_EQ(states[units::State::in_repair], 1);
    EXPECT_EQ(states[units::State::activated], 1);
    EXPECT_EQ(all.made, 3);
    EXPECT_EQ(all.shipped, 2);
    EXPECT_EQ(all.activation_rate, 1.0);
    EXPECT_EQ(all.open_repairs, 1);
    auto mine = read([&](Rx& rx) { return overview(rx, agent_, {}); });
    EXPECT_EQ(mine.made, 2);
    auto theirs = read([&](Rx& rx) { return overview(rx, other_agent_, {}); });
    EXPECT_EQ(theirs.made, 0);
    EXPECT_EQ(theirs.open_repairs, 0);
    EXPECT_EQ(theirs.activation_rate, std::nullopt);
}

TEST_P(ReportsTest, of_nothing_there_is_no_rate) {
    db().read([&](Rx& rx) {
        EXPECT_EQ(overview(rx, staff_, {}).activation_rate, std::nullopt);
        auto rows = activation(rx, staff_, {});
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0].activation_rate, std::nullopt);
        EXPECT_EQ(rows[0].delay_days_p50, std::nullopt);
        EXPECT_THAT(failures(rx, staff_, {}), IsEmpty());
        EXPECT_THAT(reasons(rx, staff_, {}), IsEmpty());
        EXPECT_EQ(turnaround(rx, staff_, {})[0].hours_p50, std::nullopt);
        EXPECT_EQ(trend(rx, staff_, {}).size(), 30u);
    });
}

TEST_P(ReportsTest, an_agent_asks_about_himself) {
    add_unit("A", long_type_);
    TrendQuery query;
    query.agent_id = Id<identity::User>{agent_.user_id};
    db().read([&](Rx& rx) {
        EXPECT_EQ(trend(rx, agent_, query).back().activated, 1);
        EXPECT_EQ(trend(rx, other_agent_, {}).back().activated, 0);
        EXPECT_EQ(repair::refusal_of([&] { trend(rx, other_agent_, query); }), "not_found");
        EXPECT_EQ(repair::refusal_of([&] { overview(rx, other_agent_, {query.agent_id, {}}); }), "not_found");
    });
}

TEST_P(ReportsTest, ranges_are_bounded) {
    TrendQuery query;
    query.from_date = Date{100}, query.to_date = Date{99};
    db().read([&](Rx& rx) {
        EXPECT_EQ(repair::refusal_of([&] { trend(rx, staff_, query); }), "to_date: reports.range_reversed");
        query.to_date = Date{100 + std::int32_t(rows_max)};
        EXPECT_EQ(repair::refusal_of([&] { trend(rx, staff_, query); }), "to_date: reports.too_many_rows");
        query.to_date = Date{day_max};
        EXPECT_EQ(repair::refusal_of([&] { trend(rx, staff_, query); }), "to_date: field.too_large");
        query.from_date = Date{day_min};
        query.to_date = Date{day_min};
        EXPECT_EQ(repair::refusal_of([&] { trend(rx, staff_, query); }), "from_date: field.too_small");
    });
}

TEST(ReportsCsv, opens_in_a_spreadsheet_and_runs_nothing) {
    Words words;
    words.add("words.tsv", "field.reports.reason\t原因\tReason\n");
    std::vector<ReasonRow> rows{{"=HYPERLINK(\"http://x\")", 3, 1, 0.75}, {"漏水, 冒烟", 1, 0, {}}};
    auto csv = csv_of(rows, words, Locale::zh);
    EXPECT_THAT(csv, ::testing::StartsWith("\xEF\xBB\xBF原因,repairs,in_warranty,share\r\n"));
    EXPECT_THAT(csv, HasSubstr("'=HYPERLINK"));
    EXPECT_THAT(csv, HasSubstr("\"漏水, 冒烟\",1,0,\r\n"));
    EXPECT_THAT(csv_of(rows, words, Locale::en), HasSubstr("Reason,"));
}

}  // namespace
}  // namespace yuanliu::reports
