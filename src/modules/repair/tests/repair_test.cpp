#include "modules/repair/rules.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "modules/repair/tests/seed.hpp"

namespace yuanliu::repair {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RepairRules : public RepairTest {
 protected:
    // The ticket of a unit out of warranty, ready for a price.
    Id<Ticket> diagnosed_too_late() {
        add_unit("OLD", short_type_);
        env().advance(60 * day_ms);
        const auto id = open_ticket("OLD").id;
        db().write([&](Tx& tx) {
            Diagnose look;
            look.diagnosis = "风机";
            diagnose(tx, staff_, id, look);
        });
        return id;
    }
    void SetUp() override {
        RepairTest::SetUp();
        add_unit("U1", long_type_);
    }
};
YL_BOTH_DATABASES(RepairRules);

TEST_P(RepairRules, opening_names_the_unit_once) {
    db().write([&](Tx& tx) {
        Open none;
        none.reason = "x";
        EXPECT_EQ(refusal_of([&] { open(tx, staff_, none); }), "qrcode_id: repair.code_or_id");
        auto both = for_code("U1");
        both.product_id = units::one_by_code(tx, "U1").id;
        EXPECT_EQ(refusal_of([&] { open(tx, staff_, both); }), "qrcode_id: repair.code_or_id");
        EXPECT_EQ(refusal_of([&] { open(tx, staff_, for_code("NOPE")); }), "units.unknown_code");
        units::bulk_create(tx, staff_, {long_type_, {{"STOCK"}}, {}, {}, {}});
        EXPECT_EQ(refusal_of([&] { open(tx, staff_, for_code("STOCK")); }), "repair.unit_not_in_use");
        EXPECT_EQ(open(tx, staff_, for_code("U1")).state, State::received);
        EXPECT_EQ(refusal_of([&] { open(tx, staff_, for_code("U1")); }), "repair.already_open");
        EXPECT_EQ(refusal_of([&] { open(tx, customer_, for_code("U1")); }), "repair.already_open");
    });
}

TEST_P(RepairRules, of_two_who_open_at_once_one_is_told) {
    std::vector<std::string> outcomes(2);
    std::vector<std::thread> people;
    for (auto& outcome : outcomes) people.emplace_back([&] { outcome = refusal_of([&] { open_ticket("U1"); }); });
    for (auto& person : people) person.join();
    std::sort(outcomes.begin(), outcomes.end());
    EXPECT_THAT(outcomes, ElementsAre("", "repair.already_open"));
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_P(RepairRules, the_verdict_stays_though_the_warranty_changes) {
    auto ticket = open_ticket("U1");
    EXPECT_EQ(ticket.in_warranty, true);
    EXPECT_FALSE(ticket.chargeable);
    auto end = ticket.warranty_end;
    ASSERT_TRUE(end);
    db().write([&](Tx& tx) {
        auto unit = tx.lock(ticket.product_id);
        unit.warranty_end = Date{end->days - 10000};
        unit.warranty_start = Date{end->days - 11000};
        tx.update(unit);
    });
    env().advance(1000 * day_ms);
    auto later = db().read([&](Rx& rx) { return view(rx, staff_, ticket.id); });
    EXPECT_EQ(later.in_warranty, true);
    EXPECT_EQ(later.warranty_end, end);
    EXPECT_FALSE(later.chargeable);
}

TEST_P(RepairRules, the_last_day_of_warranty_counts) {
    auto end = unit("U1").warranty_end;
    env().set(Time{zone_.at(end->days, 23 * hour_ms)});
    EXPECT_EQ(open_ticket("U1").in_warranty, true);
    add_unit("U2", short_type_);
    end = unit("U2").warranty_end;
    env().set(Time{zone_.at(end->days + 1, 1)});
    auto late = open_ticket("U2");
    EXPECT_EQ(late.in_warranty, false);
    EXPECT_TRUE(late.chargeable);
}

TEST_P(RepairRules, the_verdict_is_given_when_the_unit_arrives) {
    add_unit("U2", short_type_);
    auto asked = db().write([&](Tx& tx) { return open(tx, customer_, for_code("U2")); });
    EXPECT_EQ(asked.state, State::requested);
    EXPECT_EQ(asked.in_warranty, std::nullopt);
    EXPECT_EQ(unit("U2").status, units::State::activated);
    env().advance(60 * day_ms);
    auto here = db().write([&](Tx& tx) { return receive(tx, staff_, asked.id, {}); });
    EXPECT_EQ(here.in_warranty, false);
    EXPECT_EQ(unit("U2").status, units::State::in_repair);
}

TEST_P(RepairRules, a_unit_sold_between_request_and_arrival_belongs_to_the_new_owner) {
    auto request = for_code("U1");
    request.contact_phone = Phone("+8613800138000");
    auto asked = db().write([&](Tx& tx) { return open(tx, customer_, request); });
    auto here = db().write([&](Tx& tx) {
        units::Transfer sale;
        sale.customer_id = Id<identity::User>{other_customer_.user_id};
        units::transfer(tx, staff_, asked.product_id, sale);
        return receive(tx, staff_, asked.id, {});
    });
    EXPECT_EQ(here.customer_id->value, other_customer_.user_id);
    EXPECT_EQ(here.contact_phone, std::nullopt);
}

TEST_P(RepairRules, each_sees_his_own) {
    auto request = for_code("U1");
    request.contact_name = Text<1, 60>("张三丰");
    request.contact_phone = Phone("+8613800138000");
    request.contact_address = Text<1, 200>("浙江省杭州市西湖区文三路 1 号");
    auto id = db().write([&](Tx& tx) { return open(tx, staff_, request).id; });
    struct Case {
        const Actor& actor;
        bool sees;
        const char* phone;
    };
    const Case cases[] = {{staff_, true, "+8613800138000"},
                          {customer_, true, "+8613800138000"},
                          {agent_, true, "138****8000"},
                          {other_agent_, false, ""},
                          {other_customer_, false, ""}};
    for (const auto& c : cases)
        db().read([&](Rx& rx) {
            auto page = list(rx, c.actor, {}, {});
            EXPECT_EQ(page.items.size(), c.sees ? 1u : 0u) << c.actor.name;
            if (c.sees) {
                EXPECT_EQ(page.items[0].contact_phone, "138****8000");
                EXPECT_EQ(page.items[0].contact_name, "张**");
                EXPECT_EQ(view(rx, c.actor, id).contact_phone, c.phone) << c.actor.name;
                EXPECT_FALSE(history(rx, c.actor, id).empty());
            } else {
                EXPECT_EQ(refusal_of([&] { view(rx, c.actor, id); }), "not_found") << c.actor.name;
                EXPECT_EQ(refusal_of([&] { history(rx, c.actor, id); }), "not_found") << c.actor.name;
            }
        });
    db().write([&](Tx& tx) {
        EXPECT_EQ(refusal_of([&] { cancel(tx, other_customer_, id, {}); }), "not_found");
        EXPECT_EQ(refusal_of([&] { approve(tx, other_customer_, id, {}); }), "not_found");
        EXPECT_EQ(refusal_of([&] { approve(tx, customer_, id, {}); }), "state.not_allowed");
        EXPECT_EQ(refusal_of([&] { open(tx, other_customer_, for_code("U1")); }), "units.unknown_code");
        EXPECT_EQ(cancel(tx, customer_, id, {}).state, State::cancelled);
    });
}

TEST_P(RepairRules, contacts_are_sealed_in_the_database) {
    auto request = for_code("U1");
    request.contact_name = Text<1, 60>("张三丰");
    auto id = db().write([&](Tx& tx) { return open(tx, staff_, request).id; });
    auto stored = db().read(
        [&](Rx& rx) { return rx.value<std::string>("SELECT contact_name FROM repair_ticket WHERE id = ?", id); });
    EXPECT_THAT(stored, Not(HasSubstr("张")));
}

TEST_P(RepairRules, filters_narrow_the_list) {
    auto first = open_ticket("U1").id;
    env().advance(40 * day_ms);
    add_unit("U2", short_type_);
    env().advance(40 * day_ms);
    auto second = open_ticket("U2").id;
    db().write([&](Tx& tx) { complete(tx, staff_, first, {}); });
    auto ids = [&](const TicketFilter& filter) {
        std::vector<std::int64_t> out;
        for (const auto& item : db().read([&](Rx& rx) { return list(rx, staff_, filter, {}); }).items)
            out.push_back(item.id.value);
        return out;
    };
    TicketFilter by;
    EXPECT_THAT(ids(by), ElementsAre(second.value, first.value));
    by = {}, by.state = State::returned;
    EXPECT_THAT(ids(by), ElementsAre(first.value));
    by = {}, by.open = true;
    EXPECT_THAT(ids(by), ElementsAre(second.value));
    by = {}, by.qrcode_id = Code<1, 64>("U2");
    EXPECT_THAT(ids(by), ElementsAre(second.value));
    by = {}, by.product_type_id = long_type_;
    EXPECT_THAT(ids(by), ElementsAre(first.value));
    by = {}, by.technician_id = Id<identity::User>{staff_.user_id};
    EXPECT_THAT(ids(by), ElementsAre(first.value));
    by = {}, by.agent_id = Id<identity::User>{other_agent_.user_id};
    EXPECT_THAT(ids(by), IsEmpty());
    by = {}, by.in_warranty = false;
    EXPECT_THAT(ids(by), ElementsAre(second.value));
    by = {}, by.to_date = Date{zone_.day_of(env().now()) - 1};
    EXPECT_THAT(ids(by), ElementsAre(first.value));
    by = {}, by.from_date = Date{zone_.day_of(env().now())};
    EXPECT_THAT(ids(by), ElementsAre(second.value));
    by = {}, by.search = Text<0, 80>("u2");
    EXPECT_THAT(ids(by), ElementsAre(second.value));
    by = {}, by.search = Text<0, 80>("开机");
    EXPECT_THAT(ids(by), ElementsAre(second.value, first.value));
}

TEST(RepairCosts, a_part_costs_what_it_says) {
    struct Case {
        std::int64_t milli, fen, amount;
    };
    const Case cases[] = {{1000, 3550, 3550},
                          {2500, 3550, 8875},
                          {333, 100, 33},
                          {5, 100, 1},
                          {4, 100, 0},
                          {1, 499, 0},
                          {1, 500, 1},
                          {1000, amount_max.fen, amount_max.fen},
                          {1, 0, 0},
                          {3000, 1, 3},
                          {9007199254740991, 1, 9007199254741}};
    for (const auto& c : cases) {
        if (c.amount <= amount_max.fen)
            EXPECT_EQ(part_amount("qty", Qty{c.milli}, Money{c.fen}).fen, c.amount) << c.milli << " x " << c.fen;
        else
            EXPECT_EQ(refusal_of([&] { part_amount("qty", Qty{c.milli}, Money{c.fen}); }), "qty: field.too_large");
    }
    // The largest factors a body can carry: their product does not fit 64 bits.
    EXPECT_EQ(refusal_of([&] { part_amount("qty", Qty{json_integer_max}, Money{json_integer_max}); }),
              "qty: field.too_large");
}

TEST_P(RepairRules, costs_add_up_and_refuse_nonsense) {
    auto id = open_ticket("U1").id;
    db().write([&](Tx& tx) {
        Diagnose look;
        look.diagnosis = "风机";
        diagnose(tx, staff_, id, look);
        TicketChange input;
        input.parts = std::vector<PartInput>{{"风机", Text<0, 60>("F-1"), Qty{1000}, Money{12000}},
                                             {"螺丝", {}, Qty{4000}, Money{15}}};
        input.labour = Money{5000};
        auto changed = change(tx, staff_, id, input);
        EXPECT_EQ(changed.parts_cost, Money{12060});
        EXPECT_EQ(changed.cost, Money{17060});
        ASSERT_EQ(changed.parts.size(), 2u);
        EXPECT_EQ(changed.parts[1].amount, Money{60});
        input = {};
        input.shipping = Money{1200};
        EXPECT_EQ(change(tx, staff_, id, input).cost, Money{18260});
        input = {};
        input.parts = std::vector<PartInput>{};
        EXPECT_EQ(change(tx, staff_, id, input).cost, Money{6200});
        input.parts = std::vector<PartInput>{{"x", {}, Qty{0}, Money{1}}};
        EXPECT_EQ(refusal_of([&] { change(tx, staff_, id, input); }), "parts[0].qty: field.too_small");
        input.parts = std::vector<PartInput>{{"x", {}, Qty{1000}, Money{-1}}};
        EXPECT_EQ(refusal_of([&] { change(tx, staff_, id, input); }), "parts[0].unit_price: field.too_small");
        input.parts = std::vector<PartInput>(parts_max + 1, {"x", {}, Qty{1000}, Money{1}});
        EXPECT_EQ(refusal_of([&] { change(tx, staff_, id, input); }), "parts: field.too_many");
        input = {};
        input.labour = Money{amount_max.fen + 1};
        EXPECT_EQ(refusal_of([&] { change(tx, staff_, id, input); }), "labour: field.too_large");
        input = {};
        input.quote = Money{1};
        EXPECT_EQ(refusal_of([&] { change(tx, staff_, id, input); }), "repair.not_now");
        Complete wrong;
        wrong.cost = Money{1};
        EXPECT_EQ(refusal_of([&] { complete(tx, staff_, id, wrong); }), "cost: repair.cost_differs");
    });
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_P(RepairRules, a_total_alone_counts_as_labour) {
    auto id = open_ticket("U1").id;
    Complete input;
    input.cost = Money{8800};
    input.shipping = Money{800};
    auto done = db().write([&](Tx& tx) { return complete(tx, staff_, id, input); });
    EXPECT_EQ(done.labour, Money{8000});
    EXPECT_EQ(done.cost, Money{8800});
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_P(RepairRules, only_staff_repair) {
    auto request = for_code("U1");
    request.technician_id = Id<identity::User>{customer_.user_id};
    EXPECT_EQ(refusal_of([&] { db().write([&](Tx& tx) { open(tx, staff_, request); }); }),
              "technician_id: repair.not_a_technician");
    EXPECT_EQ(refusal_of([&] { db().write([&](Tx& tx) { open(tx, agent_, for_code("U1")); }); }), "forbidden");
}

TEST_P(RepairRules, deleting_a_ticket_gives_the_unit_back) {
    auto id = open_ticket("U1").id;
    db().write([&](Tx& tx) { remove(tx, staff_, id); });
    EXPECT_EQ(unit("U1").status, units::State::activated);
    EXPECT_EQ(refusal_of([&] { db().read([&](Rx& rx) { view(rx, staff_, id); }); }), "not_found");
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_P(RepairRules, the_replacement_takes_the_units_place) {
    add_spare("SPARE", long_type_);
    auto id = open_ticket("U1").id;
    Replace other;
    other.new_qrcode_id = "SPARE";
    other.reason = "无法修复";
    auto done = db().write([&](Tx& tx) { return replace(tx, staff_, id, other); });
    EXPECT_EQ(done.state, State::replaced);
    EXPECT_EQ(done.replaced_by, unit("SPARE").id);
    EXPECT_EQ(unit("SPARE").customer_id->value, customer_.user_id);
    EXPECT_EQ(unit("U1").status, units::State::replaced);
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_P(RepairRules, facts_go_out) {
    auto id = open_ticket("U1").id;
    db().write([&](Tx& tx) { complete(tx, staff_, id, {}); });
    auto kinds = db().read([&](Rx& rx) {
        return rx.values<std::string>("SELECT kind FROM events_outbox WHERE aggregate = ? ORDER BY id",
                                      "repair:" + std::to_string(id.value));
    });
    EXPECT_THAT(kinds,
                ElementsAre("repair.opened", "repair.state_changed", "repair.state_changed", "repair.state_changed",
                            "repair.state_changed", "repair.state_changed", "repair.completed"));
}

TEST_P(RepairRules, what_is_no_move_goes_out_too) {
    auto id = open_ticket("U1").id;
    const auto told = [&] {
        return db().read([&](Rx& rx) {
            return rx.values<std::string>("SELECT kind FROM events_outbox WHERE aggregate = ? ORDER BY id",
                                          "repair:" + std::to_string(id.value));
        });
    };
    TicketChange louder;
    louder.reason = "噪音大";
    db().write([&](Tx& tx) { change(tx, staff_, id, louder); });
    EXPECT_THAT(told(), ElementsAre("repair.opened", "repair.noted"));
    const auto payload = db().read(
        [&](Rx& rx) { return rx.value<std::string>("SELECT payload FROM events_outbox WHERE kind = 'repair.noted'"); });
    EXPECT_THAT(payload, HasSubstr("\"kind\":\"edited\",\"state\":\"received\""));
    db().write([&](Tx& tx) { remove(tx, staff_, id); });
    EXPECT_THAT(told(), ElementsAre("repair.opened", "repair.noted", "repair.removed"));
    add_unit("U2", long_type_);
    id = open_ticket("U2").id;
    db().write([&](Tx& tx) {
        Diagnose look;
        look.diagnosis = "风机";
        diagnose(tx, staff_, id, look);
        approve(tx, staff_, id, {});
        start(tx, staff_, id, {});
        test(tx, staff_, id, {false, {}});
    });
    EXPECT_EQ(told().back(), "repair.noted");
}

// What a customer and an agent may know of a repair is what it costs him, not what it costs us.
TEST_P(RepairRules, costs_are_for_those_who_repair) {
    const auto id = diagnosed_too_late();
    db().write([&](Tx& tx) {
        Offer price;
        price.parts = std::vector<PartInput>{{"风机", Text<0, 60>("F-1"), Qty{1000}, Money{12000}}};
        price.labour = Money{5000}, price.shipping = Money{1200}, price.quote = Money{30000};
        offer(tx, staff_, id, price);
    });
    db().read([&](Rx& rx) {
        auto ours = view(rx, staff_, id);
        ASSERT_EQ(ours.parts.size(), 1u);
        EXPECT_EQ(ours.parts[0].amount, Money{12000});
        EXPECT_EQ(ours.cost, Money{18200});
        EXPECT_TRUE(ours.charge_reason);
        EXPECT_EQ(list(rx, staff_, {}, {}).items.at(0).cost, Money{18200});
        for (const Actor* actor : {&customer_, &agent_}) {
            auto theirs = view(rx, *actor, id);
            EXPECT_EQ(theirs.quote, Money{30000}) << actor->name;
            ASSERT_EQ(theirs.parts.size(), 1u);
            EXPECT_EQ(theirs.parts[0].name, "风机");
            EXPECT_EQ(theirs.parts[0].unit_price, std::nullopt) << actor->name;
            EXPECT_EQ(theirs.parts[0].amount, std::nullopt) << actor->name;
            for (const auto& sum : {theirs.parts_cost, theirs.labour, theirs.shipping, theirs.cost})
                EXPECT_EQ(sum, std::nullopt) << actor->name;
            EXPECT_FALSE(theirs.charge_reason) << actor->name;
            auto line = list(rx, *actor, {}, {}).items.at(0);
            EXPECT_EQ(line.quote, Money{30000}) << actor->name;
            EXPECT_EQ(line.cost, std::nullopt) << actor->name;
        }
    });
}

TEST_P(RepairRules, a_customer_agrees_to_the_price_he_saw) {
    const auto id = diagnosed_too_late();
    db().write([&](Tx& tx) {
        Offer price;
        price.quote = Money{10000};
        offer(tx, staff_, id, price);
        TicketChange dearer;
        dearer.quote = Money{50000};
        change(tx, staff_, id, dearer);
        EXPECT_EQ(refusal_of([&] { approve(tx, customer_, id, {}); }), "quote: repair.quote_unnamed");
        Approve seen;
        seen.quote = Money{10000};
        EXPECT_EQ(refusal_of([&] { approve(tx, customer_, id, seen); }), "repair.quote_changed");
        seen.quote = Money{50000};
        EXPECT_EQ(approve(tx, customer_, id, seen).state, State::approved);
        offer(tx, staff_, id, price);
        EXPECT_EQ(approve(tx, staff_, id, {}).state, State::approved) << "staff say it on the customer's behalf";
    });
}

class RepairPhotos : public RepairRules {
 protected:
    // Enough of a PNG for anybody who looks at the bytes.
    static constexpr std::string_view png{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde", 33};

    Upload uploads(std::size_t n, std::string_view bytes = png) {
        Upload upload;
        for (std::size_t i = 0; i < n; ++i) {
            auto path = folder_.file("upload" + std::to_string(i));
            std::ofstream(path, std::ios::binary) << bytes;
            upload.files.push_back({"file", "照片.png", "image/png", path, bytes.size()});
        }
        return upload;
    }
};
YL_BOTH_DATABASES(RepairPhotos);

TEST_P(RepairPhotos, nine_and_no_more) {
    auto id = open_ticket("U1").id;
    EXPECT_EQ(refusal_of([&] { add_photos(db(), customer_, id, {}); }), "file: repair.no_photo");
    auto first = add_photos(db(), customer_, id, uploads(4));
    EXPECT_EQ(first.size(), 4u);
    EXPECT_EQ(refusal_of([&] { add_photos(db(), staff_, id, uploads(6)); }), "repair.too_many_photos");
    add_photos(db(), staff_, id, uploads(5));
    EXPECT_EQ(refusal_of([&] { add_photos(db(), staff_, id, uploads(1)); }), "repair.too_many_photos");
    db().read([&](Rx& rx) {
        EXPECT_EQ(view(rx, staff_, id).photos.size(), 9u);
        auto content = photo(rx, customer_, id, first[0].id);
        EXPECT_EQ(content.type, "image/png");
        EXPECT_EQ(std::filesystem::file_size(content.file), png.size());
        EXPECT_EQ(refusal_of([&] { photo(rx, other_customer_, id, first[0].id); }), "not_found");
        EXPECT_EQ(refusal_of([&] { photo(rx, staff_, {id.value + 1}, first[0].id); }), "not_found");
    });
}

TEST_P(RepairPhotos, only_pictures_and_only_while_open) {
    auto id = open_ticket("U1").id;
    EXPECT_EQ(refusal_of([&] { add_photos(db(), staff_, id, uploads(1, "#!/bin/sh\necho hello\n")); }),
              "files.type_refused");
    EXPECT_EQ(refusal_of([&] { add_photos(db(), other_customer_, id, uploads(1)); }), "not_found");
    db().write([&](Tx& tx) { cancel(tx, staff_, id, {}); });
    EXPECT_EQ(refusal_of([&] { add_photos(db(), staff_, id, uploads(1)); }), "repair.closed");
}

class RepairInvariants : public RepairRules {
 protected:
    // One thing that somebody might try, with a ticket that may not even exist.
    void anything(Tx& tx, std::mt19937& dice) {
        auto roll = [&](int n) { return int(dice() % unsigned(n)); };
        const Actor* people[] = {&staff_, &staff_, &staff_, &customer_, &other_customer_};
        const Actor& who = *people[roll(5)];
        Id<Ticket> id{1 + roll(12)};
        Diagnose look;
        look.diagnosis = "检查";
        if (roll(3) == 0) look.chargeable = roll(2), look.charge_reason = Text<0, 200>("协商");
        Offer quote;
        quote.labour = Money{roll(10000)};
        Replace other;
        other.new_qrcode_id = "S" + std::to_string(roll(6));
        other.reason = "换";
        Approve seen;
        if (auto ticket = tx.find(id)) seen.quote = ticket->quote;
        Complete all;
        all.cost = Money{roll(5000)};
        const std::function<void()> steps[] = {
            [&] { open(tx, who, for_code("U" + std::to_string(1 + roll(3)))); },
            [&] { open(tx, who, for_code("U" + std::to_string(1 + roll(3)))); },
            [&] { receive(tx, staff_, id, {}); },
            [&] { diagnose(tx, staff_, id, look); },
            [&] { offer(tx, staff_, id, quote); },
            [&] { approve(tx, who, id, seen); },
            [&] { start(tx, staff_, id, {}); },
            [&] {
                test(tx, staff_, id, {roll(2) == 0, {}});
            },
            [&] { give_back(tx, staff_, id, {}); },
            [&] { complete(tx, staff_, id, all); },
            [&] { remove(tx, staff_, id); },
            [&] { roll(4) ? reject(tx, staff_, id, {"拒"}) : replace(tx, staff_, id, other); },
            [&] { cancel(tx, who, id, {}); },
        };
        steps[roll(int(std::size(steps)))]();
    }
};
YL_BOTH_DATABASES(RepairInvariants);

TEST_P(RepairInvariants, hold_whatever_anybody_tries) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice(seed);
    add_unit("U2", short_type_), add_unit("U3", short_type_);
    for (int i = 0; i < 6; ++i) add_spare("S" + std::to_string(i), i % 2 ? long_type_ : short_type_);
    int done = 0;
    for (int turn = 0; turn < 150 || (done <= 5 && turn < 1000); ++turn) {
        env().advance(std::int64_t(dice() % 20) * hour_ms);
        done += refusal_of([&] { db().write([&](Tx& tx) { anything(tx, dice); }); }).empty();
        ASSERT_THAT(broken(), IsEmpty()) << "turn " << turn;
    }
    EXPECT_GT(done, 5);
}

TEST_P(RepairInvariants, notice_what_is_broken) {
    auto id = open_ticket("U1").id;
    struct Case {
        const char* damage;
        const char* invariant;
    };
    const Case cases[] = {
        {"UPDATE units_unit SET status = 'activated' WHERE code = 'U1'", "repair.ticket_unit_in_repair"},
        {"UPDATE repair_ticket SET closed_at = 1", "repair.unit_has_ticket"},
        {"UPDATE repair_ticket SET closed_at = 1", "repair.closed_at_its_end"},
        {"UPDATE repair_ticket SET state = 'returned'", "repair.closed_at_its_end"},
        {"UPDATE repair_ticket SET in_warranty = NULL", "repair.verdict_given"},
        {"UPDATE repair_ticket SET chargeable = TRUE, state = 'repairing'", "repair.agreed_before_work"},
        {"UPDATE repair_ticket SET cost = 5", "repair.cost_adds_up"},
        {"UPDATE repair_ticket SET parts_cost = 5, cost = 5", "repair.cost_adds_up"},
        {"UPDATE repair_ticket SET state = 'tested'", "repair.state_is_last_entry"},
        {"UPDATE units_unit SET warranty_end = NULL WHERE code = 'U1'", "units.activated_is_complete"},
        {"UPDATE units_unit SET status = 'shipped' WHERE code = 'U1'", "units.unsold_has_no_customer"},
        {"UPDATE units_unit SET warranty_end = '2001-01-01' WHERE code = 'U1'", "units.warranty_in_order"},
        {"UPDATE units_unit SET status = 'shipped', agent_id = NULL WHERE code = 'U1'", "units.shipped_has_agent"},
        {"UPDATE units_activation SET live = FALSE", "units.activated_has_activation"},
        {"UPDATE units_unit SET status = 'scrapped' WHERE code = 'U1'", "units.state_is_last_move"},
        {"UPDATE units_unit SET status = 'replaced' WHERE code = 'U1'", "units.replaced_by_another"},
        {"UPDATE units_batch SET count = 0", "units.batch_not_exceeded"},
    };
    ASSERT_TRUE(id);
    while (bus_.drain(db())) continue;  // what waits to be told is no damage
    for (const auto& c : cases)
        tried([&](Tx& tx) {
            tx.exec(c.damage);
            EXPECT_THAT(broken(tx), Contains(c.invariant)) << c.damage;
        });
    tried([&](Tx& tx) {
        tx.erase_log<units::TimelineEntry>("id > 0");
        EXPECT_THAT(broken(tx), Contains("units.has_timeline"));
    });
    EXPECT_THAT(broken(), IsEmpty());
}

TEST(RepairRoutes, are_in_order) {
    Routes routes;
    units::routes(routes), catalog::routes(routes), repair::routes(routes);
    EXPECT_NO_THROW(routes.check());
}

}  // namespace
}  // namespace yuanliu::repair
