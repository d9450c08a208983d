// A small company: one person of each kind, two types of product, units that a customer has activated.
#pragma once

#include <gmock/gmock.h>

#include "base/time.hpp"
#include "base/unit_code.hpp"
#include "embed/texts.hpp"
#include "kit/db_test.hpp"
#include "kit/temp_folder.hpp"
#include "modules/catalog/catalog.hpp"
#include "modules/repair/repair.hpp"
#include "platform/events/events.hpp"
#include "platform/files/files.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::repair {

// The code of the refusal that `f` ends with, or "" when it goes through.
template <class F>
std::string refusal_of(F&& f) {
    try {
        f();
    } catch (const Error& e) {
        return e.fields.empty() ? e.code : e.fields[0].field + ": " + e.fields[0].code;
    }
    return "";
}

class RepairTest : public DbTest {
 protected:
    std::vector<Migration> migrations() const override {
        std::vector<Migration> out;
        for (auto module :
             {"audit", "events", "jobs", "settings", "files", "identity", "catalog", "units", "repair", "reports"})
            for (const auto& text : embedded_migrations())
                if (text.module == module)
                    out.push_back({text.module, std::stoi(std::string(text.name.substr(0, 4))), text.name, text.text});
        return out;
    }

    void SetUp() override {
        DbTest::SetUp();
        units::declare(settings_);
        declare(bus_);
        files_ = std::make_unique<files::FileStore>(folder_.file("files"), env());
        auto& parts = db().parts();
        parts.add(company_), parts.add(settings_), parts.add(bus_), parts.add(*files_), parts.add(mint_);
        units::routes(routes_), catalog::routes(routes_), repair::routes(routes_);
        staff_ = add_person("li.staff", UserType::staff);
        agent_ = add_person("wang.agent", UserType::agent);
        other_agent_ = add_person("sun.agent", UserType::agent);
        customer_ = add_person("zhao.customer", UserType::customer);
        other_customer_ = add_person("qian.customer", UserType::customer);
        db().write([&](Tx& tx) {
            long_type_ = catalog::create(tx, staff_, type_input("long", 24)).id;
            short_type_ = catalog::create(tx, staff_, type_input("short", 1)).id;
        });
    }

    static catalog::ProductTypeInput type_input(const char* model, int months) {
        catalog::ProductTypeInput input;
        input.name = std::string("净化器 ") + model;
        input.model = model;
        input.warranty_months = months;
        return input;
    }

    Actor add_person(std::string_view username, UserType type) {
        identity::User user;
        user.username = username;
        user.username_key = username;
        user.name = username;
        user.user_type = type;
        user.created_at = user.updated_at = env().now();
        Actor actor;
        actor.user_id = db().write([&](Tx& tx) { return tx.insert(user).id.value; });
        actor.name = username;
        actor.type = type;
        auto permissions = std::make_shared<Permissions>();
        for (const auto& permission : routes_.permissions())
            if (std::find(permission.granted.begin(), permission.granted.end(), type) != permission.granted.end())
                permissions->names.push_back(permission.name);
        std::sort(permissions->names.begin(), permissions->names.end());
        actor.permissions = permissions;
        return actor;
    }

    // A unit shipped to the agent and activated by the customer.
    Id<units::Unit> add_unit(Tx& tx, const std::string& code, Id<catalog::ProductType> type, const Actor& customer) {
        units::bulk_create(tx, staff_, {type, {{code}}, {}, {}, {}});
        units::bulk_ship(tx, staff_, {{code}, {agent_.user_id}, {}});
        units::Activate activate;
        activate.qrcode_id = code;
        activate.customer_id = Id<identity::User>{customer.user_id};
        units::activate(tx, staff_, activate);
        return units::one_by_code(tx, code).id;
    }
    Id<units::Unit> add_unit(const std::string& code, Id<catalog::ProductType> type) {
        return db().write([&](Tx& tx) { return add_unit(tx, code, type, customer_); });
    }
    // One in stock, to be given as a replacement.
    void add_spare(const std::string& code, Id<catalog::ProductType> type) {
        db().write([&](Tx& tx) { units::bulk_create(tx, staff_, {type, {{code}}, {}, {}, {}}); });
    }

    static Open for_code(const std::string& code) {
        Open open;
        open.qrcode_id = code;
        open.reason = "不开机";
        return open;
    }
    TicketView open_ticket(const std::string& code) {
        return db().write([&](Tx& tx) { return open(tx, staff_, for_code(code)); });
    }
    units::Unit unit(const std::string& code) {
        return db().read([&](Rx& rx) { return units::one_by_code(rx, code); });
    }

    // The invariants that are broken, by name.
    std::vector<std::string> broken(Rx& rx) {
        std::vector<std::string> out;
        auto all = invariants();
        for (auto& more : units::invariants()) all.push_back(more);
        for (const auto& invariant : all)
            if (!rx.values<std::int64_t>(invariant.sql).empty()) out.push_back(invariant.name);
        return out;
    }
    std::vector<std::string> broken() {
        return db().read([&](Rx& rx) { return broken(rx); });
    }

    struct Undo {};
    // Runs `work` in a transaction and takes everything back.
    void tried(const std::function<void(Tx&)>& work) {
        try {
            db().write([&](Tx& tx) {
                work(tx);
                throw Undo{};
            });
        } catch (const Undo&) {
        }
    }

    TempFolder folder_;
    Zone zone_;
    settings::Settings settings_;
    settings::Company company_{settings_, Zone::default_name};
    events::Bus bus_;
    CodeMint mint_{"codes of a test, which nobody takes for real"};
    std::unique_ptr<files::FileStore> files_;
    Routes routes_;
    Actor staff_, agent_, other_agent_, customer_, other_customer_;
    Id<catalog::ProductType> long_type_, short_type_;
};

}  // namespace yuanliu::repair
