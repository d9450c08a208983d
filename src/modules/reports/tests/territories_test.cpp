// Activations and diversions by region, against a naive count over the same random trade.
#include <map>
#include <random>

#include "modules/repair/tests/seed.hpp"
#include "modules/reports/reports.hpp"

namespace yuanliu::reports {
namespace {

struct Place {
    const char *address, *province, *city;
};
constexpr Place places[] = {{"广东省深圳市南山区科技园 1 号", "广东省", "深圳市"},
                            {"广东省广州市天河区 2 号", "广东省", "广州市"},
                            {"浙江省杭州市西湖区 3 号", "浙江省", "杭州市"},
                            {"上海市浦东新区世纪大道 4 号", "上海市", "上海市"},
                            {"某处", "", ""}};

struct Known {
    Date day;
    std::int64_t type, agent;
    const Place* place;
    bool diverted = false;
};

class TerritoriesTest : public repair::RepairTest {
 protected:
    void SetUp() override {
        RepairTest::SetUp();
        allow(agent_, {"广东省"});
        allow(other_agent_, {"浙江省杭州市", "上海市"});
    }
    void allow(const Actor& agent, std::vector<Text<1, 60>> territories) {
        db().write([&](Tx& tx) {
            auto user = tx.lock(Id<identity::User>{agent.user_id});
            user.territories = territories;
            tx.update(user);
        });
    }
    static bool is_allowed(const Actor& agent, const Actor& first, const Place& place) {
        if (!*place.province) return true;  // nobody knows where it was
        const std::string province = place.province;
        return agent.user_id == first.user_id ? province == "广东省" : province != "广东省";
    }

    // One unit that an agent sells somewhere.
    void sell(const std::string& code, std::mt19937& dice) {
        const auto type = dice() % 2 ? long_type_ : short_type_;
        const auto& agent = dice() % 3 ? agent_ : other_agent_;
        const auto& place = places[dice() % std::size(places)];
        db().write([&](Tx& tx) {
            units::BulkCreate order{type, std::vector<Code<1, 64>>{code}, {}, {}, {}};
            units::bulk_create(tx, staff_, order);
            units::bulk_ship(tx, staff_, {{code}, {agent.user_id}, {}});
            units::Activate input;
            input.qrcode_id = code;
            input.customer_id = Id<identity::User>{customer_.user_id};
            input.address = Text<1, 200>(place.address);
            units::activate(tx, staff_, input);
        });
        Known known{{zone_.day_of(env().now())}, type.value, agent.user_id, &place};
        known.diverted = !is_allowed(agent, agent_, place);
        sold_.push_back(known);
    }
    std::vector<TerritoryRow> ask(const TerritoryQuery& query, const Actor& who) {
        return db().read([&](Rx& rx) { return territories(rx, who, query); });
    }
    // The same, counted by hand.
    void expect_right(const TerritoryQuery& query) {
        const bool cities = query.by.value_or(TerritoryBy::city) == TerritoryBy::city;
        std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, std::int64_t>> wanted;
        std::int64_t all = 0;
        for (const auto& unit : sold_) {
            if (query.from_date && unit.day < *query.from_date) continue;
            if (query.to_date && *query.to_date < unit.day) continue;
            if (query.product_type_id && query.product_type_id->value != unit.type) continue;
            if (query.agent_id && query.agent_id->value != unit.agent) continue;
            auto& sum = wanted[{unit.place->province, cities ? unit.place->city : ""}];
            ++sum.first, ++all;
            if (unit.diverted) ++sum.second;
        }
        const auto rows = ask(query, staff_);
        ASSERT_EQ(rows.size(), wanted.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& sum = wanted[{rows[i].province.value_or(""), rows[i].city.value_or("")}];
            EXPECT_EQ(rows[i].activations, sum.first);
            EXPECT_EQ(rows[i].diversions, sum.second);
            EXPECT_NEAR(rows[i].share.value_or(-1), double(sum.first) / double(all), 1e-4);
            if (i > 0) {
                EXPECT_GE(rows[i - 1].activations, rows[i].activations);
            }
        }
    }

    std::vector<Known> sold_;
};
YL_BOTH_DATABASES(TerritoriesTest);

TEST_P(TerritoriesTest, count_what_was_sold_where) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice(seed);
    const Date first{zone_.day_of(env().now())};
    for (int i = 0; i < 80; ++i) {
        if (i % 8 == 7) env().advance(day_ms);
        sell("T" + std::to_string(i), dice);
    }
    for (auto by : {TerritoryBy::city, TerritoryBy::province}) {
        TerritoryQuery query;
        query.by = by;
        expect_right(query);
        query.agent_id = Id<identity::User>{agent_.user_id};
        expect_right(query);
        query.product_type_id = long_type_;
        expect_right(query);
        query.from_date = Date{first.days + 2}, query.to_date = Date{first.days + 5};
        expect_right(query);
        query.agent_id.reset();
        expect_right(query);
    }
}

TEST_P(TerritoriesTest, what_comes_later_does_not_change_them) {
    std::mt19937 dice(3);
    for (int i = 0; i < 20; ++i) sell("T" + std::to_string(i), dice);
    db().write([&](Tx& tx) {
        // Back and on to the other agent; a replacement; a dismissed alert.
        units::take_back(tx, staff_, {{"T0"}, {}});
        units::restock(tx, staff_, {{"T0"}, {}});
        units::bulk_ship(tx, staff_, {{"T0"}, {other_agent_.user_id}, {}});
        const auto old = units::one_by_code(tx, "T1");
        units::bulk_create(tx, staff_, {old.product_type_id, std::vector<Code<1, 64>>{"SPARE"}, {}, {}, {}});
        units::replace(tx, staff_, old.id, {"SPARE", "坏了"});
    });
    expect_right({});
    const auto diverted = std::find_if(sold_.begin(), sold_.end(), [](const auto& unit) { return unit.diverted; });
    ASSERT_NE(diverted, sold_.end());
    db().write([&](Tx& tx) {
        const auto unit = units::one_by_code(tx, "T" + std::to_string(diverted - sold_.begin()));
        const auto alert = tx.one<units::Alert>("WHERE unit_id = ? AND kind = 'diversion'", unit.id);
        units::decide(tx, staff_, alert.id, {units::AlertState::dismissed, {}});
    });
    diverted->diverted = false;
    expect_right({});
}

TEST_P(TerritoriesTest, an_agent_sees_his_own) {
    std::mt19937 dice(4);
    for (int i = 0; i < 12; ++i) sell("T" + std::to_string(i), dice);
    TerritoryQuery mine;
    mine.agent_id = Id<identity::User>{agent_.user_id};
    EXPECT_EQ(ask({}, agent_).size(), ask(mine, staff_).size());
    EXPECT_EQ(repair::refusal_of([&] { ask(mine, other_agent_); }), "not_found");
    EXPECT_TRUE(ask({}, staff_).front().share.has_value());
    TerritoryQuery backwards;
    backwards.from_date = Date{100}, backwards.to_date = Date{99};
    EXPECT_EQ(repair::refusal_of([&] { ask(backwards, staff_); }), "to_date: reports.range_reversed");
}

TEST_P(TerritoriesTest, of_nothing_there_is_nothing) { EXPECT_TRUE(ask({}, staff_).empty()); }

// A million activations are read from one index alone.
TEST_P(TerritoriesTest, the_index_answers) {
    if (!on_sqlite()) return;
    std::string plan;
    db().read([&](Rx& rx) {
        rx.connection().run(
            "EXPLAIN QUERY PLAN SELECT province, city, count(*) AS units FROM units_report_activation WHERE province IS"
            " NOT NULL AND day >= '2026-01-01' AND product_type_id = 1 AND agent_id = 2 GROUP BY province, city",
            rx.params(), [&](StatementRow& row) {
                plan += std::string(row.text(3)) + "\n";
                return true;
            });
    });
    EXPECT_THAT(plan, ::testing::HasSubstr("USING COVERING INDEX units_activation_region"));
    EXPECT_THAT(plan, ::testing::Not(::testing::HasSubstr("TEMP B-TREE")));
}

}  // namespace
}  // namespace yuanliu::reports
