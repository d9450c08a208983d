// Passwords, refresh tokens, and when a log-in ends.
#include <argon2.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/address.hpp"
#include "base/base64.hpp"
#include "modules/identity/keys.hpp"
#include "modules/identity/throttle.hpp"
#include "seed.hpp"

namespace yuanliu::identity {

class LoginTest : public IdentityTest {
 protected:
    Error refused(const char* username, const char* password, const std::string& ip = "203.0.113.7") {
        return refusal_of([&] { try_login(username, password, ip); });
    }
    Error refused_refresh(const std::string& token) {
        return refusal_of([&] { refresh(db(), nobody(), {token}); });
    }
};
YL_BOTH_DATABASES(LoginTest);

TEST_P(LoginTest, the_right_password_opens_a_log_in) {
    const auto in = try_login("root", good_password);
    EXPECT_EQ(in.expires_in, 15 * 60);
    EXPECT_EQ(in.user.id, admin_);
    EXPECT_THAT(*in.user.permissions, ::testing::Contains("shop.close"));
    const auto who = bearer(in.access).value();
    EXPECT_EQ(who.user_id, admin_.value);
    EXPECT_EQ(who.name, "root");
    EXPECT_TRUE(who.may("anything.at.all"));
    EXPECT_EQ(row(admin_).last_login_at, env().now());
}

TEST_P(LoginTest, user_names_are_the_same_in_upper_case) {
    EXPECT_EQ(try_login("ROOT", good_password).user.id, admin_);
}

TEST_P(LoginTest, unknown_wrong_disabled_and_without_a_password_are_one_answer) {
    change(boss(), agent_, {.active = false});
    db().write([&](Tx& tx) { ensure_customer(tx, "赵", Phone("+8613800138000"), {}, {}); });
    const auto codes_only = value<std::string>("SELECT username FROM identity_user WHERE password_hash IS NULL");
    const auto expected = refused("nobody.here", good_password);
    EXPECT_EQ(expected.fault, Fault::unauthenticated);
    EXPECT_EQ(expected.code, "identity.bad_credentials");
    for (const auto& e : {refused("root", "a wrong one"), refused("wang.agent", good_password),
                          refused(codes_only.c_str(), good_password)}) {
        EXPECT_EQ(e.fault, expected.fault);
        EXPECT_EQ(e.code, expected.code);
        EXPECT_EQ(e.args, expected.args);
        EXPECT_EQ(e.retry_after_s, expected.retry_after_s);
        EXPECT_TRUE(e.fields.empty());
    }
}

TEST_P(LoginTest, an_unknown_name_takes_as_long_as_a_wrong_password) {
    const auto took = [&](const char* name, int i) {
        const auto start = std::chrono::steady_clock::now();
        refused(name, "a wrong one", "203.0.113." + std::to_string(i));
        return static_cast<double>((std::chrono::steady_clock::now() - start).count());
    };
    // Something else on the machine slows some: the fastest of each show what they need. A real difference stays.
    double known = took("root", 0), unknown = took("nobody.here", 0);
    for (int i = 1; i < 20 && (i < 4 || unknown < known / 2 || unknown > known * 2); ++i)
        known = std::min(known, took("root", i)), unknown = std::min(unknown, took("nobody.here", i));
    EXPECT_GT(unknown, known / 2);
    EXPECT_LT(unknown, known * 2);
}

TEST_P(LoginTest, failures_leave_an_operation_record_without_the_name) {
    refused("nobody.here", good_password);
    const auto record = db().read([&](Rx& rx) { return rx.one<audit::OperationRecord>("ORDER BY id DESC LIMIT 1"); });
    EXPECT_FALSE(record.success);
    EXPECT_EQ(record.action, "identity.login.create");
    EXPECT_EQ(to_json(record).find("nobody.here"), std::string::npos);
    try_login("root", good_password);
    const auto success = db().read([&](Rx& rx) { return rx.one<audit::OperationRecord>("ORDER BY id DESC LIMIT 1"); });
    EXPECT_TRUE(success.success);
    EXPECT_EQ(success.operator_id, admin_.value);
    EXPECT_EQ(to_json(success).find("hash"), std::string::npos);
}

TEST_P(LoginTest, an_account_has_ten_tries_in_a_quarter_of_an_hour) {
    for (int i = 0; i < throttles::login_pair.tries_max; ++i)
        EXPECT_EQ(refused("root", "a wrong one", "203.0.113.1").fault, Fault::unauthenticated);
    env().advance(60'500);
    const auto e = refused("Root", good_password, "203.0.113.1");  // the right one, too late
    EXPECT_EQ(e.fault, Fault::too_many);
    EXPECT_EQ(e.retry_after_s, 15 * 60 - 60);
    EXPECT_EQ(try_login("li.staff", good_password).user.id, staff_);
    env().advance(14 * minute_ms);
    EXPECT_EQ(try_login("root", good_password).user.id, admin_);
}

TEST_P(LoginTest, an_unknown_name_is_throttled_like_a_known_one) {
    for (int i = 0; i < throttles::login_pair.tries_max; ++i) refused("nobody.here", "a wrong one");
    EXPECT_EQ(refused("nobody.here", "a wrong one").fault, Fault::too_many);
}

TEST_P(LoginTest, strangers_guess_a_while_but_lock_nobody_out) {
    try_login("root", good_password, "198.51.100.1");
    const auto wrong = [&](int i) { return refused("root", "a wrong one", "203.0.113." + std::to_string(i)).fault; };
    for (int i = 0; i < throttles::login_strangers.tries_max; ++i) EXPECT_EQ(wrong(i), Fault::unauthenticated);
    EXPECT_EQ(wrong(99), Fault::too_many) << "from an address that has not tried before";
    EXPECT_EQ(refused("root", good_password, "203.0.113.100").fault, Fault::too_many);
    EXPECT_EQ(try_login("root", good_password, "198.51.100.1").user.id, admin_) << "from where it was before";
    for (int i = 0; i < throttles::login_pair.tries_max; ++i) refused("root", "a wrong one", "198.51.100.1");
    EXPECT_EQ(refused("root", good_password, "198.51.100.1").fault, Fault::too_many);
}

TEST_P(LoginTest, a_strangers_success_does_not_count_against_the_account) {
    for (int i = 0; i < throttles::login_strangers.tries_max + 1; ++i)
        EXPECT_EQ(try_login("root", good_password, "203.0.113." + std::to_string(i)).user.id, admin_);
}

TEST_P(LoginTest, success_clears_the_account_but_not_the_address) {
    for (int i = 0; i < 9; ++i) refused("root", "a wrong one");
    try_login("root", good_password);
    for (int i = 0; i < 9; ++i) refused("root", "a wrong one");
    try_login("root", good_password);
    EXPECT_EQ(value<std::int64_t>("SELECT attempts FROM identity_login_throttle WHERE scope = 'login.address'"), 18);
}

TEST_P(LoginTest, an_address_is_throttled_over_all_accounts) {
    db().write([&](Tx& tx) {
        for (int i = 0; i < throttles::login_address.tries_max; ++i)
            spend(tx, throttles::login_address, line_of("2001:db8:1:2::9"));
    });
    EXPECT_EQ(refused("root", good_password, "2001:db8:1:2:ffff::1").fault, Fault::too_many);  // the same /64
    EXPECT_EQ(try_login("root", good_password, "2001:db8:1:3::1").user.id, admin_);
}

TEST_P(LoginTest, many_guesses_at_once_are_not_more_than_ten) {
    std::atomic<int> wrong = 0, throttled = 0, other = 0;
    std::vector<std::thread> guessers;
    for (int i = 0; i < 16; ++i)
        guessers.emplace_back([&] {
            try {
                try_login("root", "a wrong one", "203.0.113.1");
            } catch (const Error& e) {
                ++(e.code == "identity.bad_credentials"  ? wrong
                   : e.code == "identity.too_many_tries" ? throttled
                                                         : other);
            }
        });
    for (auto& guesser : guessers) guesser.join();
    EXPECT_EQ(wrong, 10);
    EXPECT_EQ(throttled, 6);
    EXPECT_EQ(other, 0);
}

TEST_P(LoginTest, a_weak_hash_is_made_anew_at_the_next_log_in) {
    const std::string strong = *row(admin_).password_hash;
    try_login("root", good_password);
    EXPECT_EQ(row(admin_).password_hash, strong);  // nothing to do for today's form
    std::string weak(200, '\0');
    ASSERT_EQ(argon2id_hash_encoded(1, 64, 1, good_password, std::strlen(good_password), "saltsaltsaltsalt", 16, 32,
                                    weak.data(), weak.size()),
              ARGON2_OK);
    weak.resize(weak.find('\0'));
    db().write([&](Tx& tx) { tx.exec("UPDATE identity_user SET password_hash = ? WHERE id = ?", weak, admin_); });
    refused("root", "a wrong one");
    EXPECT_EQ(row(admin_).password_hash, weak);
    try_login("root", good_password);
    const auto fresh = row(admin_).password_hash;
    EXPECT_FALSE(needs_rehash(*fresh));
    EXPECT_NE(fresh, strong);
    EXPECT_NO_THROW(try_login("root", good_password));
}

TEST_P(LoginTest, a_refresh_gives_the_next_pair_of_the_same_log_in) {
    const auto in = try_login("root", good_password);
    env().advance(20 * minute_ms);
    EXPECT_EQ(refusal_of([&] { bearer(in.access); }).code, "token.expired");
    const auto next = refresh(db(), nobody(), {in.refresh});
    EXPECT_NE(next.refresh, in.refresh);
    EXPECT_EQ(bearer(next.access)->session, bearer(refresh(db(), nobody(), {next.refresh}).access)->session);
    EXPECT_EQ(value<std::int64_t>("SELECT count(*) FROM identity_session"), 1);
}

TEST_P(LoginTest, a_used_refresh_token_ends_the_log_in) {
    const auto in = try_login("root", good_password);
    const auto next = refresh(db(), nobody(), {in.refresh});
    env().advance(11 * second_ms);
    const auto e = refused_refresh(in.refresh);
    EXPECT_EQ(e.fault, Fault::unauthenticated);
    EXPECT_EQ(e.code, "identity.session_ended");
    EXPECT_EQ(refused_refresh(next.refresh).code, "identity.session_ended");  // the thief or the victim: nobody knows
    EXPECT_FALSE(bearer(next.access));
    EXPECT_EQ(value<std::string>("SELECT revoked_reason FROM identity_session"), "reused");
}

TEST_P(LoginTest, an_older_token_ends_the_log_in_even_at_once) {
    const auto first = try_login("root", good_password);
    const auto second = refresh(db(), nobody(), {first.refresh});
    const auto third = refresh(db(), nobody(), {second.refresh});
    EXPECT_EQ(refused_refresh(first.refresh).code, "identity.session_ended");
    EXPECT_FALSE(bearer(third.access));
}

TEST_P(LoginTest, a_racing_window_is_told_so_and_gets_no_second_pair) {
    const auto in = try_login("root", good_password);
    const auto next = refresh(db(), nobody(), {in.refresh});
    env().advance(9 * second_ms);
    const auto e = refused_refresh(in.refresh);
    EXPECT_EQ(e.fault, Fault::conflict);
    EXPECT_EQ(e.code, "identity.refresh_raced");
    EXPECT_TRUE(bearer(next.access));
    EXPECT_NO_THROW(refresh(db(), nobody(), {next.refresh}));
}

TEST_P(LoginTest, of_many_refreshing_at_once_one_wins) {
    const auto in = try_login("root", good_password);
    std::atomic<int> won = 0, raced = 0, other = 0;
    std::vector<std::thread> windows;
    for (int i = 0; i < 8; ++i)
        windows.emplace_back([&] {
            try {
                refresh(db(), nobody(), {in.refresh});
                ++won;
            } catch (const Error& e) {
                ++(e.code == "identity.refresh_raced" ? raced : other);
            }
        });
    for (auto& window : windows) window.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(raced, 7);
    EXPECT_EQ(other, 0);
}

TEST_P(LoginTest, refresh_tokens_cannot_be_made_up) {
    const auto in = try_login("root", good_password);
    auto forged = base64url_decode(in.refresh).value();
    forged[0] ^= 1;  // another family
    for (const auto& token :
         {base64url_encode(forged), std::string("x"), in.refresh + "A", std::string(43, '='), in.access})
        EXPECT_EQ(refused_refresh(token).code, "identity.session_ended") << token;
    EXPECT_TRUE(bearer(in.access));
}

TEST_P(LoginTest, only_digests_of_refresh_tokens_are_stored) {
    const auto in = try_login("root", good_password);
    const auto token = read_refresh_token(in.refresh).value();
    const auto stored = db().read([](Rx& rx) { return rx.one<Session>("WHERE revoked_at IS NULL"); });
    EXPECT_EQ(stored.refresh_hash, token.hash());
    EXPECT_NE(stored.refresh_hash, in.refresh);
    EXPECT_NE(stored.family_hash, base64url_encode(token.family));
}

TEST_P(LoginTest, an_unused_log_in_ends_after_a_month_and_any_after_half_a_year) {
    auto tokens = try_login("root", good_password);
    std::string token = tokens.refresh;
    for (int day = 0; day < 174; day += 29) {
        env().advance(29 * day_ms);
        token = refresh(db(), nobody(), {token}).refresh;
    }
    env().advance(7 * day_ms);
    EXPECT_EQ(refused_refresh(token).code, "identity.session_ended");
    token = try_login("root", good_password).refresh;
    env().advance(30 * day_ms);
    EXPECT_EQ(refused_refresh(token).code, "identity.session_ended");
}

TEST_P(LoginTest, logout_counts_at_once) {
    const auto in = try_login("root", good_password);
    const auto other = try_login("root", good_password);
    const auto who = bearer(in.access).value();
    db().write([&](Tx& tx) { logout(tx, who); });
    EXPECT_FALSE(bearer(in.access));
    EXPECT_EQ(refused_refresh(in.refresh).code, "identity.session_ended");
    EXPECT_TRUE(bearer(other.access));
    EXPECT_NO_THROW(db().write([&](Tx& tx) { logout(tx, who); }));
}

TEST_P(LoginTest, access_tokens_cannot_be_forged) {
    const auto in = log_in(admin_);
    const auto session = bearer(in.access)->session;
    const auto now_s = env().now().ms / 1000;
    auto refused_token = [&](const std::string& token) { return refusal_of([&] { bearer(token); }).code; };
    const JwtKey other_key("another secret, as long as it must be");
    const Claims claims{admin_.value, session, "access", now_s, now_s + 900};
    EXPECT_EQ(refused_token(other_key.sign(claims)), "token.invalid");
    EXPECT_EQ(refused_token(directory_->token_key().sign({admin_.value, session, "reset", now_s, now_s + 900})),
              "token.invalid");
    const auto payload =
        base64url_encode("{\"sub\":\"1\",\"sid\":\"" + session + "\",\"use\":\"access\",\"iat\":0,\"exp\":9999999999}");
    EXPECT_EQ(refused_token(base64url_encode(R"({"alg":"none","typ":"JWT"})") + "." + payload + "."), "token.invalid");
    auto tampered = in.access;
    tampered[tampered.find('.') + 5] ^= 1;
    EXPECT_EQ(refused_token(tampered), "token.invalid");
    env().advance(15 * minute_ms);
    EXPECT_EQ(refused_token(in.access), "token.expired");
}

TEST_P(LoginTest, a_genuine_token_for_another_row_is_nobody) {
    const auto session = bearer(log_in(agent_).access)->session;
    auto of = [&](const Claims& claims) {
        return db().read([&](Rx& rx) { return directory_->of_session(rx, claims).has_value(); });
    };
    EXPECT_TRUE(of({agent_.value, session, "access", 0, 0}));
    EXPECT_FALSE(of({admin_.value, session, "access", 0, 0}));
    for (const auto* made_up : {"", "0", "99999", "1 OR 1=1", "1x", "18446744073709551617"})
        EXPECT_FALSE(of({agent_.value, made_up, "access", 0, 0})) << made_up;
}

TEST_P(LoginTest, log_ins_are_listed_and_ended_by_their_owner) {
    const auto first = bearer(log_in(agent_).access).value();
    env().advance(1000);
    const auto second = bearer(log_in(agent_).access).value();
    const auto listed = db().read([&](Rx& rx) { return sessions(rx, second); });
    ASSERT_EQ(listed.size(), 2);
    EXPECT_TRUE(listed[0].current);
    EXPECT_FALSE(listed[1].current);
    EXPECT_EQ(listed[1].ip, "203.0.113.7");
    const auto another = actor(customer_);
    for (auto id : {listed[1].id, Id<Session>{424242}}) {
        const auto e = refusal_of([&] { db().write([&](Tx& tx) { end_session(tx, another, id); }); });
        EXPECT_EQ(e.fault, Fault::not_found);
    }
    db().write([&](Tx& tx) { end_session(tx, second, listed[1].id); });
    EXPECT_EQ(db().read([&](Rx& rx) { return sessions(rx, second).size(); }), 1);
    EXPECT_FALSE(db().read([&](Rx& rx) {
        return directory_->of_session(rx, {agent_.value, first.session, "access", 0, 0});
    }));
}

TEST_P(LoginTest, the_oldest_of_too_many_log_ins_ends) {
    const auto first = log_in(agent_);
    for (int i = 0; i < 20; ++i) env().advance(1000), log_in(agent_);
    EXPECT_FALSE(bearer(first.access));
    EXPECT_EQ(value<std::int64_t>("SELECT count(*) FROM identity_session WHERE revoked_at IS NULL"), 20);
}

TEST_P(LoginTest, a_new_password_ends_every_log_in) {
    const auto one = log_in(agent_), two = log_in(agent_);
    const auto who = bearer(one.access).value();
    auto refused_change = [&](const char* current, const char* fresh) {
        return refusal_of([&] { change_own_password(db(), who, {current, fresh}); }).fields.at(0);
    };
    EXPECT_EQ(refused_change("a wrong one", "another good one").code, "identity.wrong_password");
    EXPECT_EQ(refused_change(good_password, "short").code, "password.too_short");
    EXPECT_EQ(refused_change(good_password, "wang.agent").code, "password.is_username");
    EXPECT_TRUE(bearer(two.access));
    change_own_password(db(), who, {good_password, "another good one"});
    EXPECT_FALSE(bearer(one.access));
    EXPECT_FALSE(bearer(two.access));
    EXPECT_EQ(refused("wang.agent", good_password).code, "identity.bad_credentials");
    EXPECT_NO_THROW(try_login("wang.agent", "another good one"));
}

TEST_P(LoginTest, the_current_password_cannot_be_guessed_through_a_stolen_log_in) {
    auto who = actor(agent_);
    for (int i = 0; i < throttles::confirm.tries_max; ++i, who.ip = "203.0.113." + std::to_string(i))
        refusal_of([&] { change_own_password(db(), who, {"a wrong one", "another good one"}); });
    EXPECT_EQ(refusal_of([&] {
                  change_own_password(db(), who, {good_password, "another good one"});
              }).fault,
              Fault::too_many);
}

TEST_P(LoginTest, purge_forgets_what_is_over) {
    log_in(agent_);
    refused("root", "a wrong one");
    db().write([&](Tx& tx) { request_code(tx, nobody(), {.phone = Phone("+8613800138000")}); });
    EXPECT_EQ(db().write([](Tx& tx) { return purge(tx); }), 0);
    env().advance(61 * day_ms);
    EXPECT_GE(db().write([](Tx& tx) { return purge(tx); }), 4);
    EXPECT_EQ(value<std::int64_t>("SELECT count(*) FROM identity_login_throttle"), 0);
    EXPECT_EQ(value<std::int64_t>("SELECT count(*) FROM identity_session"), 0);
}

TEST_P(LoginTest, throttles_keep_no_name_and_no_address) {
    refused("root", "a wrong one");
    const auto kept =
        db().read([](Rx& rx) { return rx.values<std::string>("SELECT subject_blind FROM identity_login_throttle"); });
    ASSERT_EQ(kept.size(), 3) << "the address, the account, and both together";
    for (const auto& text : kept) {
        EXPECT_EQ(text.find("root"), std::string::npos);
        EXPECT_EQ(text.find("203.0"), std::string::npos);
    }
}

TEST(PasswordPoolTest, refuses_when_too_many_wait) {
    FakeEnv env;
    PasswordPool pool(env, 1, 1);
    std::optional<PasswordPool::Turn> first;
    first.emplace(pool);
    std::atomic<bool> had_turn = false;
    std::thread waiting([&] {
        PasswordPool::Turn turn(pool);
        had_turn = true;
    });
    // Once the other waits there is no place left; until then this thread would be the one to wait, so ask for none.
    Error e = internal("never refused");
    while (e.code != "identity.password_queue") {
        std::this_thread::yield();
        if (pool.waiting() == 1) e = refusal_of([&] { PasswordPool::Turn turn(pool); });
    }
    EXPECT_EQ(e.fault, Fault::too_many);
    EXPECT_EQ(e.retry_after_s, 1);
    EXPECT_FALSE(had_turn);
    first.reset();
    waiting.join();
    EXPECT_TRUE(had_turn);
}

}  // namespace yuanliu::identity
