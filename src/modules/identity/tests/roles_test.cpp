// Custom roles, permissions and the keys of machines.
#include <chrono>
#include <thread>

#include "modules/identity/keys.hpp"
#include "seed.hpp"

namespace yuanliu::identity {

class RolesTest : public IdentityTest {
 protected:
    Role make(const Actor& who, const RoleNew& in) {
        return db().write([&](Tx& tx) { return create_role(tx, who, in); });
    }
    Role alter(const Actor& who, Id<Role> id, const RoleChange& in) {
        return db().write([&](Tx& tx) { return change_role(tx, who, id, in); });
    }
    void drop(const Actor& who, Id<Role> id) {
        db().write([&](Tx& tx) { delete_role(tx, who, id); });
    }
    ApiKeyMade make_key(const Actor& who, const ApiKeyNew& in) {
        return db().write([&](Tx& tx) {
            auto made = create_api_key(tx, who, in);
            audit::record(tx, who, "identity.api_keys.create");  // as the edge does
            return made;
        });
    }
    Page<ApiKeyItem> keys(const Actor& who) {
        return db().read([&](Rx& rx) { return api_keys(rx, who, {}); });
    }
    void revoke(const Actor& who, Id<ApiKey> id) {
        db().write([&](Tx& tx) { delete_api_key(tx, who, id); });
    }
    std::optional<Time> last_used(Id<ApiKey> id) {
        return db().read([&](Rx& rx) { return rx.one(id).last_used_at; });
    }
    // The note is a write that nobody waits for: gives it two seconds.
    bool comes_to_be_used_at(Id<ApiKey> id, Time at) {
        for (int i = 0; i < 200 && last_used(id) != at; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return last_used(id) == at;
    }
};
YL_BOTH_DATABASES(RolesTest);

TEST_P(RolesTest, a_role_takes_the_place_of_what_staff_may_do) {
    const auto role = make(boss(), {"sellers", {"shop.sell", "shop.close", "shop.sell"}});
    EXPECT_EQ(role.permissions.size(), 2);
    const auto id = add("sun", UserType::staff, role.id);
    const auto who = actor(id);
    EXPECT_TRUE(who.may("shop.close"));
    EXPECT_FALSE(who.may("shop.refund"));
    EXPECT_FALSE(who.may("identity.view_users"));
    EXPECT_TRUE(actor(staff_).may("shop.refund"));
}

TEST_P(RolesTest, a_changed_role_counts_from_the_next_request) {
    const auto role = make(boss(), {"sellers", {"shop.sell"}});
    const auto in = log_in(add("sun", UserType::staff, role.id));
    EXPECT_TRUE(bearer(in.access)->may("shop.sell"));
    alter(boss(), role.id, {.permissions = {{"shop.close"}}});
    EXPECT_FALSE(bearer(in.access)->may("shop.sell"));
    EXPECT_TRUE(bearer(in.access)->may("shop.close"));
}

TEST_P(RolesTest, permissions_must_exist) {
    for (const char* name : {"shop.unknown", "public", "signed_in", "*"}) {
        const auto e = refusal_of([&] { make(boss(), {"x", {"shop.sell", name}}); });
        EXPECT_EQ(e.fields.at(0).field, "permissions[1]") << name;
        EXPECT_EQ(e.fields.at(0).code, "identity.permission_unknown");
    }
}

TEST_P(RolesTest, nobody_hands_out_what_he_does_not_have) {
    const auto id = add("sun", UserType::staff, add_role("makers", {"identity.write_roles", "shop.sell"}));
    const auto who = actor(id);
    const auto role = make(who, {"sellers", {"shop.sell"}});
    EXPECT_EQ(refusal_of([&] { make(who, {"closers", {"shop.close"}}); }).code, "identity.more_than_own");
    EXPECT_EQ(refusal_of([&] { alter(who, role.id, {.permissions = {{"shop.close"}}}); }).code,
              "identity.more_than_own");
    const auto strong = add_role("closers", {"shop.close"});
    EXPECT_EQ(refusal_of([&] { alter(who, strong, {.name = "x"}); }).code, "identity.more_than_own");
    EXPECT_EQ(refusal_of([&] { drop(who, strong); }).code, "identity.more_than_own");
    const auto own = row(id).role_id.value();
    EXPECT_EQ(refusal_of([&] {
                  alter(who, own, {.permissions = {{"identity.write_roles", "identity.write_users"}}});
              }).code,
              "identity.more_than_own");
}

TEST_P(RolesTest, names_are_unique_and_roles_in_use_stay) {
    const auto role = make(boss(), {"sellers", {"shop.sell"}});
    EXPECT_EQ(refusal_of([&] { make(boss(), {"sellers", {}}); }).fields.at(0).code, "identity.role_name_taken");
    EXPECT_EQ(alter(boss(), role.id, {.name = "sellers"}).name, "sellers");
    const auto id = add("sun", UserType::staff, role.id);
    EXPECT_EQ(refusal_of([&] { drop(boss(), role.id); }).code, "identity.role_in_use");
    change(boss(), id, {.clear = {{Clearable::role_id}}});
    drop(boss(), role.id);
    EXPECT_EQ(refusal_of([&] { drop(boss(), role.id); }).fault, Fault::not_found);
    EXPECT_EQ(db().read([&](Rx& rx) { return roles(rx, {}, {}); }).info.total, 0);
}

TEST_P(RolesTest, permissions_are_listed_with_who_has_them) {
    const auto all = db().read([](Rx& rx) { return permissions(rx, {}); });
    const auto sell = std::find_if(all.begin(), all.end(), [](const auto& p) { return p.name == "shop.sell"; });
    ASSERT_NE(sell, all.end());
    EXPECT_THAT(sell->granted, ::testing::ElementsAre(UserType::staff, UserType::agent));
}

TEST_P(RolesTest, a_key_lets_a_machine_in) {
    const auto made = make_key(boss(), {"warehouse", {"shop.sell"}});
    const auto who = bearer_of_key(made.key).value();
    EXPECT_EQ(who.user_id, admin_.value);
    EXPECT_EQ(who.name, "key warehouse");
    EXPECT_TRUE(who.may("shop.sell"));
    EXPECT_TRUE(who.may("signed_in"));
    EXPECT_FALSE(who.may("shop.refund"));
    EXPECT_TRUE(who.session.empty());
    EXPECT_FALSE(who.is(UserType::administrator));
}

TEST_P(RolesTest, only_the_digest_of_a_key_is_stored) {
    const auto made = make_key(boss(), {"warehouse", {"shop.sell"}});
    const auto stored = db().read([&](Rx& rx) { return rx.one(made.id); });
    EXPECT_EQ(stored.key_hash, key_hash_of(made.key));
    EXPECT_TRUE(made.key.starts_with(made.prefix + "_"));
    const auto own_part = made.key.substr(made.prefix.size() + 1);
    const auto said =
        to_json(keys(boss()).items.at(0)) + to_json(stored) +
        db().read([](Rx& rx) { return rx.one<audit::OperationRecord>("WHERE action = 'identity.api_keys.create'"); })
            .after.value;
    EXPECT_EQ(said.find(own_part), std::string::npos);
    EXPECT_NE(said.find(made.prefix), std::string::npos);
}

TEST_P(RolesTest, wrong_revoked_and_outdated_keys_are_nobody) {
    const auto made = make_key(boss(), {"warehouse", {"shop.sell"}, Time{env().now().ms + hour_ms}});
    auto wrong = made.key;
    wrong.back() = wrong.back() == 'A' ? 'B' : 'A';
    for (const auto& key :
         {wrong, made.prefix, std::string("yl_"), std::string(), made.key + " ", std::string(44, '\'')})
        EXPECT_FALSE(bearer_of_key(key)) << key;
    EXPECT_TRUE(bearer_of_key(made.key));
    env().advance(hour_ms);
    EXPECT_FALSE(bearer_of_key(made.key));
    const auto other = make_key(boss(), {"till", {"shop.sell"}});
    revoke(boss(), other.id);
    EXPECT_FALSE(bearer_of_key(other.key));
    EXPECT_EQ(refusal_of([&] { revoke(boss(), other.id); }).fault, Fault::not_found);
}

TEST_P(RolesTest, a_key_shrinks_with_its_maker) {
    const auto role = make(boss(), {"makers", {"identity.manage_keys", "shop.sell", "shop.refund"}});
    const auto id = add("sun", UserType::staff, role.id);
    const auto who = actor(id);
    EXPECT_EQ(refusal_of([&] { make_key(who, {"x", {"shop.close"}}); }).code, "identity.more_than_own");
    EXPECT_EQ(refusal_of([&] { make_key(who, {"x", {}}); }).fields.at(0).field, "permissions");
    EXPECT_EQ(refusal_of([&] { make_key(who, {"x", {"shop.sell"}, env().now()}); }).fields.at(0).field, "expires_at");
    const auto made = make_key(who, {"till", {"shop.sell", "shop.refund"}});
    alter(boss(), role.id, {.permissions = {{"identity.manage_keys", "shop.sell"}}});
    EXPECT_TRUE(bearer_of_key(made.key)->may("shop.sell"));
    EXPECT_FALSE(bearer_of_key(made.key)->may("shop.refund"));
    change(boss(), id, {.active = false});
    EXPECT_FALSE(bearer_of_key(made.key));
}

TEST_P(RolesTest, keys_belong_to_their_makers) {
    const auto id = add("sun", UserType::staff, add_role("makers", {"identity.manage_keys", "shop.sell"}));
    const auto theirs = make_key(boss(), {"warehouse", {"shop.sell"}});
    const auto mine = make_key(actor(id), {"till", {"shop.sell"}});
    EXPECT_EQ(keys(actor(id)).info.total, 1);
    EXPECT_EQ(keys(boss()).info.total, 2);
    EXPECT_EQ(refusal_of([&] { revoke(actor(id), theirs.id); }).fault, Fault::not_found);
    EXPECT_NO_THROW(revoke(boss(), mine.id));
}

TEST_P(RolesTest, a_key_is_no_person) {
    const auto made =
        make_key(boss(), {"robot", {"identity.write_users", "identity.view_users", "identity.manage_keys"}});
    const auto robot = bearer_of_key(made.key).value();
    UserNew in{.username = "x", .password = good_password, .user_type = UserType::administrator};
    EXPECT_EQ(refusal_of([&] { create_user(db(), robot, in); }).code, "identity.only_administrators");
    EXPECT_EQ(refusal_of([&] { change(robot, admin_, {.active = false}); }).code, "identity.only_administrators");
    EXPECT_EQ(refusal_of([&] {
                  change_own_password(db(), robot, {good_password, "another good one"});
              }).code,
              "identity.person_needed");
    EXPECT_EQ(refusal_of([&] { db().read([&](Rx& rx) { sessions(rx, robot); }); }).code, "identity.person_needed");
    EXPECT_EQ(refusal_of([&] { make_key(robot, {"more", {"shop.sell"}}); }).code, "identity.more_than_own");
    in.user_type = UserType::agent;
    EXPECT_NO_THROW(create_user(db(), robot, in));
}

TEST_P(RolesTest, the_use_of_a_key_is_noted_once_a_minute) {
    const auto made = make_key(boss(), {"warehouse", {"shop.sell"}});
    EXPECT_FALSE(last_used(made.id));
    const auto first = env().now();
    bearer_of_key(made.key);
    EXPECT_TRUE(comes_to_be_used_at(made.id, first));
    env().advance(59 * second_ms);
    const auto commits = db().stats().commits;
    bearer_of_key(made.key);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(db().stats().commits, commits);
    env().advance(second_ms);
    bearer_of_key(made.key);
    EXPECT_TRUE(comes_to_be_used_at(made.id, env().now()));
}

TEST_P(RolesTest, short_token_secrets_are_refused) {
    EXPECT_EQ(refusal_of([&] { IdentityDirectory(db(), env(), routes_, IdentityConfig{"short"}); }).fault,
              Fault::internal);
}

}  // namespace yuanliu::identity
