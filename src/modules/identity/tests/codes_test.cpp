// One-time codes, and whom a phone number or an e-mail address stands for.
#include "modules/identity/throttle.hpp"
#include "seed.hpp"

namespace yuanliu::identity {

class CodesTest : public IdentityTest {
 protected:
    const Phone phone{"+8613800138000"};
    const Email email{"zhao@example.com"};

    CodeSent ask(const CodeRequest& in, const std::string& ip = "203.0.113.7") {
        return db().write([&](Tx& tx) { return request_code(tx, nobody(ip), in); });
    }
    LoggedIn enter(const CodeLogin& in, const std::string& ip = "203.0.113.7") {
        return login_by_code(db(), nobody(ip), in);
    }
    Error refused(const CodeLogin& in, const std::string& ip = "203.0.113.7") {
        return refusal_of([&] { enter(in, ip); });
    }
    Id<User> ensure(std::optional<Phone> p, std::optional<Email> e, const char* name = "赵") {
        return db().write(
            [&](Tx& tx) { return ensure_customer(tx, name, p, e, Text<1, 200>("广东省深圳市南山区科技路 1 号")); });
    }
    static const char* not_this(const std::string& code) { return code == "000000" ? "000001" : "000000"; }
};
YL_BOTH_DATABASES(CodesTest);

TEST_P(CodesTest, a_customer_comes_in_by_phone) {
    const auto id = ensure(phone, {});
    EXPECT_EQ(ask({.phone = phone}).expires_in, 600);
    ASSERT_EQ(codes_.sent.size(), 1);
    EXPECT_EQ(codes_.sent[0].channel, Channel::sms);
    EXPECT_EQ(codes_.sent[0].target, phone.value);
    EXPECT_EQ(codes_.sent[0].code.size(), 6);
    const auto in = enter({.phone = phone, .code = codes_.sent[0].code});
    EXPECT_EQ(in.user.id, id);
    EXPECT_TRUE(bearer(in.access)->is(UserType::customer));
}

TEST_P(CodesTest, a_customer_comes_in_by_email_whatever_its_case) {
    const auto id = ensure({}, email);
    ask({.email = Email("Zhao@example.com")});
    ASSERT_EQ(codes_.sent.size(), 1);
    EXPECT_EQ(codes_.sent[0].channel, Channel::email);
    EXPECT_EQ(enter({.email = email, .code = codes_.sent[0].code}).user.id, id);
}

TEST_P(CodesTest, a_stranger_opens_an_account_of_his_own) {
    const auto other = ensure(phone, {});
    for (const CodeRequest& who :
         {CodeRequest{.email = Email("new@example.com")}, CodeRequest{.phone = Phone("+8613900139000")}}) {
        EXPECT_EQ(to_json(ask(who)), to_json(CodeSent{600}));
        const auto code = codes_.sent.back().code;
        EXPECT_EQ(refused({.phone = who.phone, .email = who.email, .code = not_this(code)}).code, "identity.bad_code");
        const auto in = enter({.phone = who.phone, .email = who.email, .code = code});
        EXPECT_EQ(in.user.user_type, UserType::customer);
        EXPECT_NE(in.user.id, other);
        EXPECT_EQ(row(in.user.id).email_identifies, who.email.has_value());
        // It stands for him from now on: the next time he is known.
        EXPECT_EQ(ensure(who.phone, who.email), in.user.id);
    }
    EXPECT_EQ(refused({.phone = Phone("+8613900139111"), .code = "000000"}).code, "identity.bad_code");
}

TEST_P(CodesTest, agents_and_staff_come_in_by_code_as_customers_only) {
    change(boss(), agent_, {.phone = phone});
    ask({.phone = phone});
    const auto in = enter({.phone = phone, .code = codes_.sent.at(0).code});
    EXPECT_NE(in.user.id, agent_);
    EXPECT_EQ(in.user.user_type, UserType::customer);
}

TEST_P(CodesTest, a_disabled_customer_does_not_come_in) {
    const auto id = ensure(phone, {});
    ask({.phone = phone});
    change(boss(), id, {.active = false});
    EXPECT_EQ(refused({.phone = phone, .code = codes_.sent.at(0).code}).code, "identity.bad_code");
    env().advance(3'600'000);
    EXPECT_EQ(to_json(ask({.phone = phone})), to_json(CodeSent{600}));
    EXPECT_EQ(codes_.sent.size(), 1);
}

TEST_P(CodesTest, a_code_is_good_once) {
    ensure(phone, {});
    ask({.phone = phone});
    const auto code = codes_.sent.at(0).code;
    enter({.phone = phone, .code = code});
    EXPECT_EQ(refused({.phone = phone, .code = code}).code, "identity.bad_code");
}

TEST_P(CodesTest, a_code_is_good_for_ten_minutes) {
    ensure(phone, {});
    ask({.phone = phone});
    env().advance(10 * minute_ms);
    EXPECT_EQ(refused({.phone = phone, .code = codes_.sent.at(0).code}).code, "identity.bad_code");
}

TEST_P(CodesTest, five_wrong_tries_spoil_a_code) {
    ensure(phone, {});
    ask({.phone = phone});
    const auto code = codes_.sent.at(0).code;
    for (int i = 0; i < code_tries_max; ++i)
        EXPECT_EQ(refused({.phone = phone, .code = not_this(code)}).code, "identity.bad_code");
    EXPECT_EQ(refused({.phone = phone, .code = code}).code, "identity.bad_code");
}

TEST_P(CodesTest, a_newer_code_replaces_the_older) {
    ensure(phone, {});
    ask({.phone = phone});
    env().advance(minute_ms);
    ask({.phone = phone});
    ASSERT_EQ(codes_.sent.size(), 2);
    ASSERT_NE(codes_.sent[0].code, codes_.sent[1].code);
    EXPECT_EQ(refused({.phone = phone, .code = codes_.sent[0].code}).code, "identity.bad_code");
    EXPECT_NO_THROW(enter({.phone = phone, .code = codes_.sent[1].code}));
}

TEST_P(CodesTest, a_code_belongs_to_its_purpose_and_its_person) {
    const Blind mine = db().read([&](Rx& rx) { return phone_blind(rx, phone); });
    const Blind other = db().read([&](Rx& rx) { return phone_blind(rx, Phone("+8613900139000")); });
    db().write([&](Tx& tx) {
        const auto code = issue_code(tx, "login", mine);
        EXPECT_FALSE(spend_code(tx, "warranty", mine, code));
        EXPECT_FALSE(spend_code(tx, "login", other, code));
        EXPECT_TRUE(spend_code(tx, "login", mine, code));
    });
}

TEST_P(CodesTest, codes_are_not_stored) {
    ensure(phone, {});
    ask({.phone = phone});
    const auto row = db().read([](Rx& rx) { return rx.one<OneTimeCode>("ORDER BY id DESC LIMIT 1"); });
    EXPECT_EQ(row.code_hash.find(codes_.sent.at(0).code), std::string::npos);
    EXPECT_EQ(row.target_blind.value.find("138"), std::string::npos);
}

TEST_P(CodesTest, codes_to_one_person_are_few) {
    for (int i = 0; i < throttles::code_target.tries_max; ++i) {
        ask({.phone = phone}, "203.0.113." + std::to_string(i));
        const auto e = refusal_of([&] { ask({.phone = phone}, "198.51.100.1"); });
        EXPECT_EQ(e.fault, Fault::too_many);
        EXPECT_EQ(e.retry_after_s, 60);
        env().advance(minute_ms);
    }
    EXPECT_EQ(refusal_of([&] { ask({.phone = phone}); }).retry_after_s, 55 * 60);
}

TEST_P(CodesTest, one_address_cannot_ask_for_everybody) {
    for (int i = 0; i < throttles::code_address.tries_max; ++i)
        ask({.phone = Phone("+86138001380" + std::to_string(10 + i))});
    EXPECT_EQ(refusal_of([&] { ask({.phone = phone}); }).fault, Fault::too_many);
}

TEST_P(CodesTest, one_address_cannot_try_codes_of_everybody) {
    for (int i = 0; i < throttles::code_try.tries_max; ++i)
        EXPECT_EQ(refused({.phone = Phone("+86138001380" + std::to_string(10 + i)), .code = "123456"}).code,
                  "identity.bad_code");
    EXPECT_EQ(refused({.phone = phone, .code = "123456"}).fault, Fault::too_many);
}

TEST_P(CodesTest, phone_or_email_and_not_both) {
    for (const CodeRequest& in : {CodeRequest{}, CodeRequest{phone, email}})
        EXPECT_EQ(refusal_of([&] { ask(in); }).code, "identity.phone_or_email");
    EXPECT_EQ(refusal_of([&] { ensure({}, {}); }).code, "identity.phone_or_email_needed");
}

TEST_P(CodesTest, the_same_phone_or_email_is_the_same_customer) {
    const auto by_phone = ensure(phone, email);
    EXPECT_EQ(ensure(phone, {}), by_phone);
    EXPECT_EQ(ensure(phone, Email("other@example.com"), "another name"), by_phone);
    EXPECT_EQ(row(by_phone).name, "赵");
    EXPECT_EQ(row(by_phone).email->value, email);
    const auto by_email = ensure({}, Email("qian@example.com"));
    EXPECT_NE(by_email, by_phone);
    EXPECT_EQ(ensure(Phone("+8613900139000"), Email("Qian@example.com")), by_email);
    EXPECT_FALSE(row(by_email).phone);
}

// Otherwise: activate something with a stranger's number and one's own mailbox, wait, come in by mail.
TEST_P(CodesTest, an_email_beside_a_phone_does_not_let_in_as_him_with_the_phone) {
    const auto victim = ensure(phone, Email("thief@example.com"));
    ask({.email = Email("thief@example.com")});
    const auto in = enter({.email = Email("thief@example.com"), .code = codes_.sent.at(0).code});
    EXPECT_NE(in.user.id, victim);
    EXPECT_FALSE(in.user.phone);
    EXPECT_EQ(ensure({}, Email("thief@example.com")), in.user.id);
    const auto found = db().read([&](Rx& rx) { return customers_of(rx, {}, Email("thief@example.com")); });
    EXPECT_EQ(found.size(), 2);
}

TEST_P(CodesTest, customers_and_agents_are_told_apart) {
    const auto id = ensure(phone, {});
    db().read([&](Rx& rx) {
        EXPECT_EQ(one_customer(rx, id).phone->value, phone);
        EXPECT_EQ(one_agent(rx, agent_).username, "wang.agent");
        EXPECT_EQ(refusal_of([&] { one_agent(rx, id); }).fault, Fault::not_found);
        EXPECT_EQ(refusal_of([&] { one_customer(rx, agent_); }).fault, Fault::not_found);
        EXPECT_EQ(standing_of(rx, id)->user_type, UserType::customer);
        EXPECT_TRUE(standing_of(rx, agent_)->active);
        EXPECT_FALSE(standing_of(rx, {424242}));
        EXPECT_EQ(refusal_of([&] { one_customer(rx, {424242}); }).fault, Fault::not_found);
    });
    change(boss(), agent_, {.active = false});
    EXPECT_EQ(refusal_of([&] { db().read([&](Rx& rx) { one_agent(rx, agent_); }); }).fault, Fault::not_found);
}

}  // namespace yuanliu::identity
