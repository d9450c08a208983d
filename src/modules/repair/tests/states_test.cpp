// Which step is allowed where, for repairs the customer pays and for free ones.
#include <map>

#include "modules/repair/tests/seed.hpp"

namespace yuanliu::repair {
namespace {

using ::testing::IsEmpty;

class RepairStates : public RepairTest {
 protected:
    void SetUp() override {
        RepairTest::SetUp();
        add_unit("OLD", short_type_);
        env().advance(40 * day_ms);
        add_unit("NEW", long_type_);
        add_spare("SPARE-SHORT", short_type_);
        add_spare("SPARE-LONG", long_type_);
    }

    // Steps by name, each with a body that the rules cannot object to.
    void step(Tx& tx, Id<Ticket> id, std::string_view name, bool paid) {
        Offer quote;
        quote.quote = Money{9900};
        Diagnose diagnosis;
        diagnosis.diagnosis = "主板损坏";
        Replace other;
        other.new_qrcode_id = paid ? "SPARE-SHORT" : "SPARE-LONG";
        other.reason = "无法修复";
        TicketChange change_reason;
        change_reason.reason = "噪音大";
        Tested failed;
        failed.passed = false;
        if (name == "receive")
            receive(tx, staff_, id, {});
        else if (name == "diagnose")
            diagnose(tx, staff_, id, diagnosis);
        else if (name == "quote")
            offer(tx, staff_, id, quote);
        else if (name == "approve")
            approve(tx, staff_, id, {});
        else if (name == "start")
            start(tx, staff_, id, {});
        else if (name == "fail")
            test(tx, staff_, id, failed);
        else if (name == "test")
            test(tx, staff_, id, {});
        else if (name == "return")
            give_back(tx, staff_, id, {});
        else if (name == "replace")
            replace(tx, staff_, id, other);
        else if (name == "reject")
            reject(tx, staff_, id, {"不值得修"});
        else if (name == "cancel")
            cancel(tx, staff_, id, {});
        else if (name == "complete")
            complete(tx, staff_, id, {});
        else if (name == "change")
            change(tx, staff_, id, change_reason);
        else if (name == "remove")
            remove(tx, staff_, id);
        else
            FAIL() << name;
    }

    // A fresh ticket brought to `state` by its usual way.
    Id<Ticket> in_state(Tx& tx, State state, bool paid) {
        auto asked = open(tx, customer_, for_code(paid ? "OLD" : "NEW")).id;
        if (state == State::requested) return asked;
        if (state == State::cancelled) return step(tx, asked, "cancel", paid), asked;
        static const std::vector<std::string_view> free_way{"receive", "diagnose", "approve",
                                                            "start",   "test",     "return"},
            paid_way{"receive", "diagnose", "quote", "approve", "start", "test", "return"};
        for (auto name : paid ? paid_way : free_way) {
            if (state == State::rejected && name == "start") return step(tx, asked, "reject", paid), asked;
            if (state == State::replaced && name == "start") return step(tx, asked, "replace", paid), asked;
            step(tx, asked, name, paid);
            if (tx.one(asked).state == state) return asked;
        }
        ADD_FAILURE() << "no way to " << name_of(state);
        return asked;
    }
};
YL_BOTH_DATABASES(RepairStates);

const std::vector<std::string_view> steps{"receive", "diagnose", "quote",  "approve", "start",    "fail",   "test",
                                          "return",  "replace",  "reject", "cancel",  "complete", "change", "remove"};
using Table = std::map<State, std::vector<std::string_view>>;

const Table paid_steps{
    {State::requested, {"receive", "reject", "cancel", "change", "remove"}},
    {State::received, {"diagnose", "reject", "cancel", "change", "remove"}},
    {State::diagnosed, {"quote", "reject", "cancel", "change"}},
    {State::quoted, {"quote", "approve", "reject", "cancel", "change"}},
    {State::approved, {"quote", "start", "replace", "reject", "cancel", "complete", "change"}},
    {State::repairing, {"fail", "test", "replace", "reject", "complete", "change"}},
    {State::tested, {"return", "replace", "reject", "complete", "change"}},
    {State::returned, {}},
    {State::replaced, {}},
    {State::rejected, {}},
    {State::cancelled, {}},
};
const Table free_steps{
    {State::requested, {"receive", "reject", "cancel", "change", "remove"}},
    {State::received, {"diagnose", "replace", "reject", "cancel", "complete", "change", "remove"}},
    {State::diagnosed, {"approve", "replace", "reject", "cancel", "complete", "change"}},
    {State::approved, {"start", "replace", "reject", "cancel", "complete", "change"}},
    {State::repairing, {"fail", "test", "replace", "reject", "complete", "change"}},
    {State::tested, {"return", "replace", "reject", "complete", "change"}},
    {State::returned, {}},
    {State::replaced, {}},
    {State::rejected, {}},
    {State::cancelled, {}},
};

TEST_P(RepairStates, each_step_is_allowed_just_where_the_table_says) {
    for (bool paid : {true, false})
        for (const auto& [state, allowed] : paid ? paid_steps : free_steps)
            for (auto name : steps)
                tried([&, &state = state, &allowed = allowed](Tx& tx) {
                    auto id = in_state(tx, state, paid);
                    ASSERT_EQ(tx.one(id).state, state);
                    auto refusal = refusal_of([&] { step(tx, id, name, paid); });
                    bool wanted = std::find(allowed.begin(), allowed.end(), name) != allowed.end();
                    EXPECT_EQ(refusal.empty(), wanted)
                        << (paid ? "paid, " : "free, ") << name_of(state) << ", " << name << ": " << refusal;
                });
}

TEST_P(RepairStates, refusals_say_why) {
    struct Case {
        State state;
        bool paid;
        std::string_view step;
        std::string refusal;
    };
    const Case cases[] = {
        {State::received, true, "complete", "repair.quote_not_approved"},
        {State::quoted, true, "complete", "repair.quote_not_approved"},
        {State::received, true, "replace", "repair.quote_not_approved"},
        {State::diagnosed, true, "approve", "repair.quote_needed"},
        {State::diagnosed, false, "quote", "repair.nothing_to_quote"},
        {State::approved, true, "return", "state.not_allowed"},
        {State::requested, false, "complete", "state.not_allowed"},
        {State::returned, false, "cancel", "repair.closed"},
        {State::repairing, false, "cancel", "state.not_allowed"},
        {State::diagnosed, false, "remove", "repair.not_deletable"},
    };
    for (const auto& c : cases)
        tried([&](Tx& tx) {
            auto id = in_state(tx, c.state, c.paid);
            EXPECT_EQ(refusal_of([&] { step(tx, id, c.step, c.paid); }), c.refusal)
                << name_of(c.state) << ", " << c.step;
        });
}

TEST_P(RepairStates, the_unit_is_in_repair_just_while_it_is_here) {
    const std::map<State, units::State> unit_states{
        {State::requested, units::State::activated}, {State::received, units::State::in_repair},
        {State::tested, units::State::in_repair},    {State::returned, units::State::activated},
        {State::rejected, units::State::activated},  {State::cancelled, units::State::activated},
        {State::replaced, units::State::replaced}};
    for (auto [state, expected] : unit_states)
        tried([&, state = state, expected = expected](Tx& tx) {
            auto ticket = tx.one(in_state(tx, state, false));
            EXPECT_EQ(tx.one(ticket.unit_id).status, expected) << name_of(state);
        });
}

TEST_P(RepairStates, completing_goes_every_step_and_keeps_the_times) {
    auto id = open_ticket("NEW").id;
    env().advance(hour_ms);
    Complete all;
    all.result = "更换滤网";
    all.parts = std::vector<PartInput>{{"滤网", {}, Qty{2000}, Money{3550}}};
    all.labour = Money{6000};
    all.cost = Money{13100};
    auto done = db().write([&](Tx& tx) { return complete(tx, staff_, id, all); });
    EXPECT_EQ(done.state, State::returned);
    EXPECT_EQ(done.cost, Money{13100});
    EXPECT_EQ(done.result.value, "更换滤网");
    EXPECT_EQ(done.technician_id->value, staff_.user_id);
    EXPECT_EQ(done.returned_at, env().now());
    EXPECT_EQ(done.started_at, env().now());
    std::vector<std::string> kinds;
    for (const auto& entry : db().read([&](Rx& rx) { return history(rx, customer_, id); }))
        kinds.emplace_back(name_of(entry.kind));
    EXPECT_THAT(kinds, ::testing::ElementsAre("received", "diagnosed", "approved", "started", "tested", "returned"));
    EXPECT_EQ(unit("NEW").status, units::State::activated);
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_P(RepairStates, a_ticket_ends_when_its_unit_is_given_up_elsewhere) {
    auto scrapped = open_ticket("NEW").id,
         asked = db().write([&](Tx&tx) { return open(tx, customer_, for_code("OLD")).id; });
    db().write([&](Tx& tx) {
        units::scrap(tx, staff_, unit("NEW").id, {"压坏"});
        units::take_back(tx, staff_, {{"OLD"}, {}});
    });
    EXPECT_THAT(broken(), IsEmpty()) << "the ticket has yet to be told: a server that dies here has broken nothing";
    while (bus_.drain(db())) continue;
    db().read([&](Rx& rx) {
        EXPECT_EQ(rx.one(scrapped).state, State::rejected);
        EXPECT_EQ(rx.one(asked).state, State::cancelled);
    });
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_P(RepairStates, a_ticket_that_outlives_its_unit_is_broken_once_it_was_told) {
    open_ticket("NEW");
    while (bus_.drain(db())) continue;
    tried([&](Tx& tx) {
        units::scrap(tx, staff_, units::one_by_code(tx, "NEW").id, {"压坏"});
        EXPECT_THAT(broken(tx), IsEmpty());
        tx.exec("UPDATE events_outbox SET pending = FALSE");
        EXPECT_THAT(broken(tx), ::testing::ElementsAre("repair.ticket_unit_in_repair"));
    });
}

// The news of the return comes late: by then the unit has a new owner.
TEST_P(RepairStates, a_request_does_not_outlive_its_units_return) {
    while (bus_.drain(db())) continue;
    auto asked = db().write([&](Tx& tx) { return open(tx, customer_, for_code("NEW")).id; });
    auto taken = db().write([&](Tx& tx) { return open(tx, customer_, for_code("OLD")).id; });
    env().advance(1000);
    db().write([&](Tx& tx) {
        units::take_back(tx, staff_, {{"NEW", "OLD"}, {}});
        units::restock(tx, staff_, {{"NEW", "OLD"}, {}});
        units::bulk_ship(tx, staff_, {{"NEW", "OLD"}, {agent_.user_id}, {}});
        for (const char* code : {"NEW", "OLD"}) {
            units::Activate activate;
            activate.qrcode_id = Text<1, 100>(code);
            // Even the same owner has begun anew with it.
            activate.customer_id = Id<identity::User>{code[0] == 'N' ? other_customer_.user_id : customer_.user_id};
            units::activate(tx, staff_, activate);
        }
    });
    while (bus_.drain(db())) continue;
    db().read([&](Rx& rx) {
        EXPECT_EQ(rx.one(asked).state, State::cancelled);
        EXPECT_EQ(rx.one(taken).state, State::cancelled);
    });
    EXPECT_EQ(db().write([&](Tx& tx) { return open(tx, other_customer_, for_code("NEW")).state; }), State::requested);
}

TEST_P(RepairStates, a_ticket_of_the_new_life_is_left_alone) {
    while (bus_.drain(db())) continue;
    db().write([&](Tx& tx) {
        units::take_back(tx, staff_, {{"NEW"}, {}});
        units::restock(tx, staff_, {{"NEW"}, {}});
        units::bulk_ship(tx, staff_, {{"NEW"}, {agent_.user_id}, {}});
    });
    env().advance(1000);
    auto asked = db().write([&](Tx& tx) {
        units::Activate activate;
        activate.qrcode_id = "NEW";
        activate.customer_id = Id<identity::User>{other_customer_.user_id};
        units::activate(tx, staff_, activate);
        return open(tx, other_customer_, for_code("NEW")).id;
    });
    while (bus_.drain(db())) continue;
    EXPECT_EQ(db().read([&](Rx& rx) { return rx.one(asked).state; }), State::requested);
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_P(RepairStates, a_free_repair_that_turns_out_to_be_paid_asks_the_customer) {
    auto id = open_ticket("NEW").id;
    db().write([&](Tx& tx) {
        step(tx, id, "diagnose", false);
        step(tx, id, "approve", false);
        TicketChange damage;
        damage.chargeable = true;
        EXPECT_EQ(refusal_of([&] { change(tx, staff_, id, damage); }), "charge_reason: repair.charge_reason_needed");
        damage.charge_reason = "人为进水";
        EXPECT_TRUE(change(tx, staff_, id, damage).chargeable);
        EXPECT_EQ(refusal_of([&] { step(tx, id, "start", true); }), "repair.quote_not_approved");
        step(tx, id, "quote", true);
        Approve seen;
        seen.quote = Money{100};
        EXPECT_EQ(refusal_of([&] { approve(tx, customer_, id, seen); }), "repair.quote_changed");
        seen.quote = Money{9900};
        approve(tx, customer_, id, seen);
        EXPECT_EQ(complete(tx, staff_, id, {}).state, State::returned);
    });
    EXPECT_THAT(broken(), IsEmpty());
}

}  // namespace
}  // namespace yuanliu::repair
