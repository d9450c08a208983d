// People: who may see, make and change whom.
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>
#include <thread>

#include "seed.hpp"

namespace yuanliu::identity {

class UsersTest : public IdentityTest {
 protected:
    UserView create(const Actor& who, const UserNew& in) {
        struct Recorded : Work::Around {  // as the edge does
            explicit Recorded(const Actor& who) : who(who) {}
            void before(Tx&) override {}
            void after(Tx& tx, Result&&) override { audit::record(tx, who, "identity.users.create"); }
            const Actor& who;
        } recorded(who);
        return create_user(Work(db(), &recorded), who, in);
    }
    Error refused_new(const Actor& who, const UserNew& in) {
        return refusal_of([&] { create(who, in); });
    }
    Error refused_change(const Actor& who, Id<User> id, const UserChange& in) {
        return refusal_of([&] { change(who, id, in); });
    }
    Page<UserItem> list(const Actor& who, const UserFilter& filter = {}, const PageQuery& page = {}) {
        return db().read([&](Rx& rx) { return users(rx, who, filter, page); });
    }
    UserView view(const Actor& who, Id<User> id) {
        return db().read([&](Rx& rx) { return view_user(rx, who, id); });
    }
    // Staff who may manage people, and sell, and nothing else.
    Id<User> manager() {
        return add("sun.manager", UserType::staff,
                   add_role("managers", {"identity.view_users", "identity.write_users", "shop.sell"}));
    }
    std::vector<std::string> events() {
        return db().read([](Rx& rx) { return rx.values<std::string>("SELECT kind FROM events_outbox ORDER BY id"); });
    }
    static UserNew person(const char* username, UserType type) {
        return {.username = username, .password = good_password, .user_type = type};
    }
};
YL_BOTH_DATABASES(UsersTest);

TEST_P(UsersTest, an_administrator_adds_an_agent) {
    auto in = from_json<UserNew>(
        R"({"username":"Chen","password":"correct horse","email":"Chen@Example.com","phone":"13800138000",)"
        R"("user_type":1,"territories":["浙江省杭州市","广东省","广东省"],"address":"杭州市文三路 1 号"})");
    const auto made = create(boss(), in);
    EXPECT_EQ(made.username, "Chen");
    EXPECT_EQ(made.email, "Chen@example.com");
    EXPECT_EQ(made.phone, "+8613800138000");
    EXPECT_EQ(made.territories.size(), 2);
    EXPECT_EQ(to_json(view(boss(), made.id)), to_json(made));
    EXPECT_EQ(try_login("chen", good_password).user.id, made.id);
    EXPECT_EQ(events().back(), "identity.user_created");
    const auto record =
        db().read([](Rx& rx) { return rx.one<audit::OperationRecord>("WHERE action = 'identity.users.create'"); });
    EXPECT_EQ(record.operator_id, admin_.value);
    EXPECT_EQ(record.subject_id, made.id.value);
}

TEST_P(UsersTest, what_does_not_fit_names_its_field) {
    const auto who = boss();
    auto field_of = [&](UserNew in) {
        const auto e = refused_new(who, in);
        return e.fields.at(0).field + " " + e.fields.at(0).code;
    };
    create(who, {.username = "wu", .phone = Phone("+8613800138000"), .user_type = UserType::customer});
    auto in = person("WANG.agent", UserType::staff);
    EXPECT_EQ(field_of(in), "username identity.username_taken");
    in = person("zhou", UserType::staff), in.password = "12345678";
    EXPECT_EQ(field_of(in), "password password.common");
    in.password.reset();
    EXPECT_EQ(field_of(in), "password field.required");
    in = person("zhou", UserType::customer), in.phone = "+8613800138000";
    EXPECT_EQ(field_of(in), "phone identity.phone_taken");
    in = person("zhou", UserType::agent), in.role_id = add_role("sellers", {"shop.sell"});
    EXPECT_EQ(field_of(in), "role_id identity.role_for_staff");
    in = person("zhou", UserType::staff), in.role_id = Id<Role>{4242};
    EXPECT_EQ(field_of(in), "role_id identity.role_unknown");
    in = person("zhou", UserType::staff), in.territories = {{"广东省"}};
    EXPECT_EQ(field_of(in), "territories identity.territories_for_agents");
    // Two agents may share a telephone; it identifies customers only.
    in = person("zhou", UserType::agent), in.phone = "+8613800138000";
    EXPECT_NO_THROW(create(who, in));
}

TEST_P(UsersTest, lists_mask_and_single_views_do_not) {
    auto in = person("chen", UserType::agent);
    in.phone = "+8613800138000", in.email = "chen@example.com", in.name = "陈";
    const auto id = create(boss(), in).id;
    const auto who = actor(staff_);
    const auto item = list(who, {.search = "chen"}).items.at(0);
    EXPECT_EQ(item.phone, "138****8000");
    EXPECT_EQ(item.email, "c***@example.com");
    const auto agent = db().read([&](Rx& rx) { return agents(rx, who, {.search = "chen"}, {}); }).items.at(0);
    EXPECT_EQ(agent.id, id);
    EXPECT_EQ(agent.phone, "138****8000");
    EXPECT_EQ(to_json(agent),
              R"({"id":)" + std::to_string(id.value) +
                  R"(,"username":"chen","email":"c***@example.com","phone":"138****8000","user_type":1,)"
                  R"("wechat_profile":null,"name":"陈","territories":[]})");
    EXPECT_EQ(view(who, id).phone, "+8613800138000");
    EXPECT_EQ(view(who, id).email, "chen@example.com");
    EXPECT_FALSE(view(who, id).permissions);
}

TEST_P(UsersTest, lists_are_filtered_and_paged) {
    const auto who = actor(staff_);
    auto in = person("chen", UserType::agent);
    in.phone = "+8613800138000", in.email = "chen@example.com";
    create(boss(), in);
    change(boss(), agent_, {.active = false});
    EXPECT_EQ(list(who).info.total, 5);
    EXPECT_EQ(list(who, {.user_type = UserType::agent}).info.total, 2);
    EXPECT_EQ(list(who, {.user_type = UserType::agent, .active = true}).items.at(0).username, "chen");
    EXPECT_EQ(list(who, {.phone = Phone("+8613800138000")}).info.total, 1);
    EXPECT_EQ(list(who, {.phone = Phone("+8613800138001")}).info.total, 0);
    EXPECT_EQ(list(who, {.email = Email("CHEN@example.com")}).info.total, 1);
    EXPECT_EQ(list(who, {.search = "ROO"}).items.at(0).id, admin_);
    EXPECT_EQ(list(who, {.search = "%"}).info.total, 0);
    const auto first = list(who, {}, {.page_size = 2, .ordering = "username"});
    EXPECT_EQ(first.items.at(0).username, "chen");
    const auto second = list(who, {}, {.page_size = 2, .ordering = "username", .cursor = *first.info.next});
    EXPECT_EQ(second.items.at(0).username, "root");
    EXPECT_EQ(db().read([&](Rx& rx) { return agents(rx, who, {}, {}); }).info.total, 1);  // active ones
    for (const char* evil : {"id; DROP TABLE identity_user", "password_hash", "name'", "-"})
        EXPECT_EQ(refusal_of([&] { list(who, {}, {.ordering = evil}); }).fields.at(0).field, "ordering");
    EXPECT_EQ(list(who, {.search = "'; DROP TABLE identity_user; --"}).info.total, 0);
}

TEST_P(UsersTest, agents_and_customers_see_themselves_alone) {
    for (auto id : {agent_, customer_}) {
        const auto who = actor(id);
        const auto seen = list(who);
        ASSERT_EQ(seen.items.size(), 1);
        EXPECT_EQ(seen.items[0].id, id);
        EXPECT_EQ(seen.info.total, 1);
        EXPECT_TRUE(list(who, {.search = "root"}).items.empty());
        EXPECT_EQ(view(who, id).id, id);
        const auto unknown = refusal_of([&] { view(who, {424242}); });
        for (auto other : {admin_, staff_, id == agent_ ? customer_ : agent_}) {
            const auto hidden = refusal_of([&] { view(who, other); });
            EXPECT_EQ(hidden.fault, Fault::not_found);
            EXPECT_EQ(hidden.code, unknown.code);
            EXPECT_EQ(hidden.args, unknown.args);
            EXPECT_EQ(refused_change(who, other, {.name = "x"}).fault, Fault::not_found);
        }
    }
}

TEST_P(UsersTest, everybody_sees_himself_with_his_permissions) {
    auto mine = [&](Id<User> id) {
        const auto who = actor(id);
        return *db().read([&](Rx& rx) { return me(rx, who); }).permissions;
    };
    EXPECT_THAT(mine(agent_), ::testing::ElementsAre("identity.view_users", "shop.sell"));
    EXPECT_THAT(mine(customer_), ::testing::ElementsAre("identity.view_users"));
    EXPECT_THAT(mine(staff_),
                ::testing::ElementsAre("identity.view_agents", "identity.view_users", "shop.refund", "shop.sell"));
    EXPECT_EQ(mine(admin_).size(), directory_->declared().size());
}

TEST_P(UsersTest, nobody_makes_more_than_he_is) {
    const auto who = actor(manager());
    EXPECT_EQ(refused_new(who, person("a", UserType::administrator)).code, "identity.only_administrators");
    EXPECT_EQ(refused_new(who, person("a", UserType::staff)).code, "identity.more_than_own");  // staff may refund
    auto in = person("a", UserType::staff);
    in.role_id = add_role("closers", {"shop.close"});
    EXPECT_EQ(refused_new(who, in).code, "identity.more_than_own");
    in.role_id = add_role("sellers", {"shop.sell"});
    EXPECT_NO_THROW(create(who, in));
    EXPECT_NO_THROW(create(who, person("b", UserType::agent)));
    EXPECT_EQ(value<std::int64_t>("SELECT count(*) FROM identity_user WHERE username_key = 'a'"), 1);
}

TEST_P(UsersTest, nobody_lays_hands_on_more_than_he_is) {
    const auto id = manager();
    const auto who = actor(id);
    EXPECT_EQ(refused_change(who, admin_, {.password = "a password of mine"}).code, "identity.only_administrators");
    EXPECT_EQ(refused_change(who, admin_, {.active = false}).code, "identity.only_administrators");
    EXPECT_EQ(refused_change(who, staff_, {.password = "a password of mine"}).code, "identity.more_than_own");
    EXPECT_EQ(refused_change(who, agent_, {.user_type = UserType::administrator}).code, "identity.only_administrators");
    EXPECT_EQ(refused_change(who, agent_, {.user_type = UserType::staff}).code, "identity.more_than_own");
    EXPECT_EQ(refused_change(who, id, {.role_id = add_role("closers", {"shop.close"})}).code, "identity.more_than_own");
    EXPECT_EQ(refused_change(who, id, {.clear = {{Clearable::role_id}}}).code,
              "identity.more_than_own");  // back to all of staff
    EXPECT_EQ(row(agent_).user_type, UserType::agent);
    EXPECT_NO_THROW(change(who, agent_, {.name = "王", .password = "another good one"}));
    EXPECT_NO_THROW(try_login("wang.agent", "another good one"));
}

TEST_P(UsersTest, without_the_right_one_changes_oneself_and_little) {
    const auto who = actor(agent_);
    EXPECT_EQ(change(who, agent_, {.name = "王芳", .address = "杭州"}).name, "王芳");
    const std::vector<UserChange> more = {{.username = "x"},
                                          {.user_type = UserType::administrator},
                                          {.role_id = Id<Role>{1}},
                                          {.territories = {{"广东省"}}},
                                          {.active = true},
                                          {.password = "another good one"},
                                          {.clear = {{Clearable::role_id}}}};
    for (const auto& in : more) EXPECT_EQ(refused_change(who, agent_, in).fault, Fault::forbidden) << to_json(in);
    EXPECT_EQ(refused_change(actor(staff_), agent_, {.name = "x"}).fault, Fault::forbidden);
    EXPECT_EQ(row(agent_).username, "wang.agent");
}

TEST_P(UsersTest, ones_own_contacts_change_with_the_password) {
    const Phone phone("+8613800138000");
    for (auto id : {agent_, admin_}) {
        const auto who = actor(id);
        EXPECT_EQ(refused_change(who, id, {.phone = phone}).fields.at(0).field, "current_password");
        EXPECT_EQ(refused_change(who, id, {.clear = {{Clearable::email}}}).fields.at(0).field, "current_password");
        EXPECT_EQ(refused_change(who, id, {.phone = phone, .current_password = "a wrong one"}).fields.at(0).code,
                  "identity.wrong_password");
        EXPECT_FALSE(row(id).phone);
        EXPECT_EQ(change(who, id, {.phone = phone, .current_password = good_password}).phone, phone.value);
    }
    EXPECT_EQ(refused_change(actor(customer_), customer_, {.phone = phone, .current_password = good_password}).code,
              "identity.contacts_by_staff");
    EXPECT_EQ(refused_change(boss(), admin_, {.password = "another good one"}).fields.at(0).code,
              "identity.own_password");
}

TEST_P(UsersTest, a_change_leaves_the_rest_and_clears_what_is_named) {
    auto in = person("chen", UserType::agent);
    in.phone = "+8613800138000", in.email = "chen@example.com", in.address = "杭州", in.territories = {{"广东省"}};
    const auto who = boss();
    const auto id = create(who, in).id;
    const auto changed = change(who, id, {.name = "陈", .clear = {{Clearable::email, Clearable::address}}});
    EXPECT_EQ(changed.name, "陈");
    EXPECT_EQ(changed.phone, "+8613800138000");
    EXPECT_FALSE(changed.email);
    EXPECT_FALSE(changed.address);
    EXPECT_EQ(changed.territories.size(), 1);
    EXPECT_FALSE(row(id).email_blind);
    const auto customer = change(who, id, {.user_type = UserType::customer});
    EXPECT_TRUE(customer.territories.empty());
}

TEST_P(UsersTest, disabling_a_person_counts_from_the_next_request) {
    const auto in = log_in(agent_);
    change(boss(), agent_, {.active = false});
    EXPECT_FALSE(bearer(in.access));
    EXPECT_EQ(events().back(), "identity.user_disabled");
    change(boss(), agent_, {.active = true});
    EXPECT_FALSE(bearer(in.access));  // the old log-in stays ended
    EXPECT_EQ(refusal_of([&] { refresh(db(), nobody(), {in.refresh}); }).code, "identity.session_ended");
    EXPECT_NO_THROW(try_login("wang.agent", good_password));
}

TEST_P(UsersTest, a_new_type_role_or_password_ends_log_ins) {
    const auto who = boss();
    auto ends = [&](const UserChange& in) {
        const auto tokens = log_in(staff_);
        change(who, staff_, in);
        return !bearer(tokens.access);
    };
    EXPECT_FALSE(ends({.name = "李"}));
    EXPECT_TRUE(ends({.role_id = add_role("sellers", {"shop.sell"})}));
    EXPECT_TRUE(ends({.clear = {{Clearable::role_id}}}));
    EXPECT_TRUE(ends({.password = "another good one"}));
    EXPECT_TRUE(ends({.user_type = UserType::agent}));
    EXPECT_THAT(actor(staff_).permissions->names, ::testing::ElementsAre("identity.view_users", "shop.sell"));
}

TEST_P(UsersTest, the_last_administrator_stays) {
    const auto who = boss();
    EXPECT_EQ(refused_change(who, admin_, {.active = false}).code, "identity.last_administrator");
    EXPECT_EQ(refused_change(who, admin_, {.user_type = UserType::staff}).code, "identity.last_administrator");
    const auto second = add("second", UserType::administrator);
    EXPECT_NO_THROW(change(who, second, {.active = false}));
    EXPECT_EQ(refused_change(who, admin_, {.active = false}).code, "identity.last_administrator");
    EXPECT_NO_THROW(change(who, second, {.active = true}));
    EXPECT_NO_THROW(change(actor(second), admin_, {.user_type = UserType::staff}));
}

TEST_P(UsersTest, two_administrators_cannot_disable_each_other_at_once) {
    const auto second = add("second", UserType::administrator);
    const auto one = boss(), two = actor(second);
    auto disable = [&](const Actor& who, Id<User> id) {
        try {
            change(who, id, {.active = false});
        } catch (const Error&) {
            // One of them is refused; which one does not matter.
        }
    };
    std::thread other([&] { disable(two, admin_); });
    disable(one, second);
    other.join();
    EXPECT_EQ(value<std::int64_t>("SELECT count(*) FROM identity_user WHERE user_type = 0 AND active"), 1);
}

TEST_P(UsersTest, the_first_administrator_comes_from_the_command_line) {
    db().write([&](Tx& tx) { tx.exec("UPDATE identity_user SET user_type = 3"); });
    EXPECT_FALSE(db().read([](Rx& rx) { return has_admin(rx); }));
    const auto id = db().write([](Tx& tx) { return create_admin(tx, "  boss ", good_password); });
    EXPECT_TRUE(db().read([](Rx& rx) { return has_admin(rx); }));
    EXPECT_EQ(try_login("boss", good_password).user.id, id);
    auto refused_admin = [&](const char* name, const char* password) {
        return refusal_of([&] { db().write([&](Tx& tx) { create_admin(tx, name, password); }); }).fields.at(0).code;
    };
    EXPECT_EQ(refused_admin("Boss", good_password), "identity.username_taken");
    EXPECT_EQ(refused_admin("another", "password"), "password.common");
}

TEST_P(UsersTest, personal_data_is_unreadable_at_rest_and_never_told_elsewhere) {
    std::ostringstream log;
    const auto before = spdlog::default_logger();
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
    auto in = person("chen", UserType::customer);
    in.phone = "+8613811112222", in.email = "planted@example.com", in.address = "广东省深圳市南山区秘密路 9 号";
    const auto who = boss();
    const auto id = create(who, in).id;
    in.username = "chen2";
    const auto e = refused_new(who, in);
    EXPECT_EQ(e.fields.at(0).field, "phone");
    change(who, id, {.phone = Phone("+8613822223333")});
    spdlog::set_default_logger(before);

    std::string said = log.str() + e.what();
    for (const auto& field : e.fields)
        for (const auto& [name, text] : field.args) said += text;
    for (const char* query :
         {"SELECT before FROM audit_record", "SELECT after FROM audit_record", "SELECT payload FROM events_outbox",
          "SELECT COALESCE(email, '') FROM identity_user", "SELECT COALESCE(phone, '') FROM identity_user",
          "SELECT COALESCE(address, '') FROM identity_user", "SELECT COALESCE(phone_blind, '') FROM identity_user"})
        for (const auto& text : db().read([&](Rx& rx) { return rx.values<std::string>(query); })) said += text + "\n";
    for (const char* planted : {"13811112222", "13822223333", "planted@", "秘密路"})
        EXPECT_EQ(said.find(planted), std::string::npos) << planted;
    EXPECT_EQ(value<std::string>("SELECT phone FROM identity_user WHERE phone IS NOT NULL").substr(0, 2), "1.");
    EXPECT_EQ(row(id).phone->value, "+8613822223333");
}

TEST_P(UsersTest, read_only_and_unknown_fields_are_refused) {
    for (const char* body :
         {R"({"username":"a","user_type":1,"password_hash":"x"})", R"({"username":"a","user_type":1,"active":true})",
          R"({"username":"a","user_type":1,"id":5})", R"({"username":"a","user_type":"1"})"})
        EXPECT_EQ(refusal_of([&] { from_json<UserNew>(body); }).fault, Fault::unreadable) << body;
    EXPECT_EQ(refusal_of([&] { from_json<UserNew>(R"({"username":"a","user_type":9})"); }).fault, Fault::invalid);
}

TEST_P(UsersTest, the_view_for_joins_tells_names_only) {
    const auto name = db().read(
        [&](Rx& rx) { return rx.value<std::string>("SELECT username FROM identity_user_name WHERE id = ?", agent_); });
    EXPECT_EQ(name, "wang.agent");
    EXPECT_ANY_THROW(value<std::string>("SELECT phone FROM identity_user_name"));
}

}  // namespace yuanliu::identity
