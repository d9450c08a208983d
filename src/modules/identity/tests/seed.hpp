// A company with one person of each kind, and the parts that the module wants.
#pragma once

#include <gmock/gmock.h>

#include "base/password.hpp"
#include "base/time.hpp"
#include "embed/texts.hpp"
#include "kit/db_test.hpp"
#include "modules/identity/rules.hpp"
#include "modules/identity/verbs.hpp"
#include "platform/audit/audit.hpp"
#include "platform/events/events.hpp"

namespace yuanliu::identity {

// The refusal that `f` ends with.
template <class F>
Error refusal_of(F&& f) {
    try {
        f();
    } catch (const Error& e) {
        return e;
    }
    ADD_FAILURE() << "nothing was refused";
    return internal("nothing was refused");
}

// What was sent, instead of a telephone.
class SentCodes : public CodeSender {
 public:
    struct Sent {
        Channel channel;
        std::string target, code;
    };
    void send(Tx&, Channel channel, std::string_view target, std::string_view code) override {
        sent.push_back({channel, std::string(target), std::string(code)});
    }
    std::vector<Sent> sent;
};

inline constexpr const char* good_password = "correct horse";
inline constexpr const char* secret = "a token secret for tests, 32 bytes";

class IdentityTest : public DbTest {
 protected:
    std::vector<Migration> migrations() const override {
        std::vector<Migration> out;
        for (const auto& text : embedded_migrations())
            if (text.module == "audit" || text.module == "events" || text.module == "identity")
                out.push_back({text.module, std::stoi(std::string(text.name.substr(0, 4))), text.name, text.text});
        return out;
    }
    void SetUp() override {
        DbTest::SetUp();
        identity::routes(routes_);
        routes_.permission("shop.sell", {UserType::staff, UserType::agent});
        routes_.permission("shop.refund", {UserType::staff});
        routes_.permission("shop.close", {});
        routes_.check();
        directory_ = std::make_unique<IdentityDirectory>(db(), env(), routes_, IdentityConfig{secret});
        db().parts().add<IdentityDirectory>(*directory_);
        db().parts().add<CodeSender>(codes_);
        db().parts().add<events::Bus>(bus_);
        admin_ = add("root", UserType::administrator);
        staff_ = add("li.staff", UserType::staff);
        agent_ = add("wang.agent", UserType::agent);
        customer_ = add("zhao.customer", UserType::customer);
    }

    Id<User> add(const char* username, UserType type, std::optional<Id<Role>> role = {}) {
        static const std::string hash = hash_password(good_password);
        UserNew in;
        in.username = username;
        in.user_type = type;
        in.role_id = role;
        return db().write([&](Tx& tx) { return add_user(tx, in, hash).id; });
    }
    Id<Role> add_role(const char* name, std::vector<Text<1, 80>> permissions) {
        const auto who = boss();
        return db().write([&](Tx& tx) { return create_role(tx, who, {name, permissions}).id; });
    }
    User row(Id<User> id) {
        return db().read([&](Rx& rx) { return rx.one(id); });
    }
    template <class T>
    T value(std::string_view sql) {
        return db().read([&](Rx& rx) { return rx.value<T>(sql); });
    }

    // Somebody unknown, from an address of his own.
    static Actor nobody(std::string ip = "203.0.113.7") {
        Actor actor;
        actor.ip = std::move(ip);
        actor.user_agent = "a phone";
        actor.request_id = "request";
        return actor;
    }
    // The bearer of an access token, as the edge learns it.
    std::optional<Actor> bearer(const std::string& access) {
        const auto claims = directory_->token_key().verify(access, "access", env().now().ms / 1000);
        return db().read([&](Rx& rx) { return directory_->of_session(rx, claims); });
    }
    LoggedIn log_in(Id<User> id) {
        return db().write([&](Tx& tx) { return open_session(tx, tx.one(id), nobody()); });
    }
    Actor actor(Id<User> id) { return bearer(log_in(id).access).value(); }
    Actor boss() { return actor(admin_); }
    std::optional<Actor> bearer_of_key(const std::string& key) {
        return db().read([&](Rx& rx) { return directory_->of_key(rx, key); });
    }

    LoggedIn try_login(const char* username, const char* password, const std::string& ip = "203.0.113.7") {
        return login(db(), nobody(ip), {username, password});
    }
    UserView change(const Actor& who, Id<User> id, const UserChange& in) { return change_user(db(), who, id, in); }

    Routes routes_;
    SentCodes codes_;
    events::Bus bus_;
    std::unique_ptr<IdentityDirectory> directory_;
    Id<User> admin_, staff_, agent_, customer_;
};

}  // namespace yuanliu::identity
