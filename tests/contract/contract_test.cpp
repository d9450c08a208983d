// What callers see: the description, who may do what, and a word for everything.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "contract/application.hpp"
#include "contract/errors.hpp"
#include "contract/golden.hpp"
#include "platform/openapi/openapi.hpp"

namespace yuanliu::contract {
namespace {

const tidy::Tree& source() {
    static const tidy::Tree tree = tidy::read_tree(YL_SOURCE_DIR);
    return tree;
}
const ErrorCodes& codes() {
    static const ErrorCodes found = error_codes(source());
    return found;
}

// Every Record that callers meet, with those inside.
std::map<std::string, const Record*> seen_records() {
    std::map<std::string, const Record*> out;
    std::function<void(const Record*)> add = [&](const Record* record) {
        if (!record || !out.emplace(record->name, record).second) return;
        for (const auto& field : record->fields)
            if (field.type->record) add(field.type->record());
    };
    for (const auto& route : application().routes.all()) {
        add(route->answer);
        for (auto [shape, record] : route->data) add(record);
        add(route->body);
        for (const Record* query : route->queries) add(query);
    }
    return out;
}

bool has(const std::string& key) { return application().words.find(key) != nullptr; }

TEST(Contract, openapi_is_what_was_promised) {
    expect_golden("openapi.json",
                  indented(openapi_document(application().routes, application().words, Locale::en, "1")));
}

TEST(Contract, roles_may_do_what_was_promised) {
    const auto& routes = application().routes;
    auto granted = [&](const std::string& permission, UserType type) {
        if (permission == "public" || permission == "signed_in" || type == UserType::administrator) return true;
        for (const auto& p : routes.permissions())
            if (p.name == permission) return std::find(p.granted.begin(), p.granted.end(), type) != p.granted.end();
        return false;
    };
    std::string text =
        fmt::format("{:<7}{:<45}{:<30}{}\n", "method", "path", "permission", "admin staff agent customer nobody");
    for (const auto& route : routes.all()) {
        text += fmt::format("{:<7}{:<45}{:<30}", route->method, route->path, route->permission);
        for (auto [type, width] : {std::pair{UserType::administrator, 6},
                                   {UserType::staff, 6},
                                   {UserType::agent, 6},
                                   {UserType::customer, 9}})
            text += fmt::format("{:<{}}", granted(route->permission, type) ? "yes" : "-", width);
        text += route->permission == "public" ? "yes\n" : "-\n";
    }
    expect_golden("roles.txt", text);
}

TEST(Contract, error_codes_are_those_promised) {
    std::string text;
    for (const auto& [code, faults] : codes().faults) {
        std::string kinds;
        for (const auto& fault : faults) kinds += " " + fault;
        text += code + (kinds.empty() ? " field" : kinds) + "\n";
    }
    expect_golden("error_codes.txt", text);
}

TEST(Contract, every_error_code_has_words) {
    ASSERT_GT(codes().faults.size(), 50u) << "the factories are no longer found";
    for (const auto& [code, faults] : codes().faults)
        if (!has("error." + code)) ADD_FAILURE() << codes().where.at(code) << ": add error." << code;
}

TEST(Contract, no_error_word_is_left_over) {
    for (auto key : application().words.keys())
        if (key.starts_with("error.") && !codes().literals.contains(std::string(key.substr(6))))
            ADD_FAILURE() << key << " is said by nobody";
}

std::string module_of(std::string_view record) { return std::string(record.substr(0, record.find_first_of("._"))); }

TEST(Contract, every_field_has_a_word) {
    for (const auto& [name, record] : seen_records())
        for (const auto& field : record->fields)
            if (field.type->kind != Kind::blind && !field_word(application().words, name, field.name))
                ADD_FAILURE() << name << ": add field." << module_of(name) << "." << field.name;
    for (const auto& route : application().routes.all())
        for (const auto& [name, type] : route->parameters)
            if (!field_word(application().words, route->module, name))
                ADD_FAILURE() << route->path << ": add field." << route->module << "." << name;
}

TEST(Contract, every_choice_has_a_word) {
    for (const auto& [name, record] : seen_records())
        for (const auto& field : record->fields) {
            const Type& type = field.type->element ? *field.type->element : *field.type;
            for (const auto& choice : type.choices)
                if (!choice_word(application().words, name, field.name, choice.name))
                    ADD_FAILURE() << name << ": add choice." << module_of(name) << "." << field.name << "."
                                  << choice.name;
        }
}

TEST(Contract, every_permission_and_module_has_a_word) {
    for (const auto& permission : application().routes.permissions())
        if (!has("permission." + permission.name)) ADD_FAILURE() << "add permission." << permission.name;
    std::set<std::string> modules;
    for (const auto& route : application().routes.all())
        if (modules.insert(route->module).second && !has("module." + route->module))
            ADD_FAILURE() << "add module." << route->module;
}

TEST(Contract, every_kind_of_job_and_every_schedule_has_a_word) {
    const Program program;
    const auto kinds = program.jobs().kinds();
    ASSERT_GT(kinds.size(), 5u);
    for (const auto& kind : kinds)
        if (!has("job." + kind)) ADD_FAILURE() << "add job." << kind;
    for (const auto& schedule : program.jobs().schedules())
        if (!has("schedule." + schedule.name.value)) ADD_FAILURE() << "add schedule." << schedule.name.value;
}

TEST(Contract, every_permission_guards_something) {
    for (const auto& permission : application().routes.permissions()) {
        bool used = false;
        for (const auto& route : application().routes.all()) used = used || route->permission == permission.name;
        // A verb may ask for more than its route does; then the name stands in the module's code a second time.
        if (!used)
            EXPECT_TRUE(exceptions("asked_in_code").contains(permission.name)) << permission.name << " guards no route";
    }
}

TEST(Contract, paths_follow_the_house) {
    for (const auto& route : application().routes.all()) {
        if (!route->path.starts_with("/api/")) {
            EXPECT_TRUE(exceptions("outside_api").contains(route->path)) << route->path;
            continue;
        }
        EXPECT_TRUE(route->path.ends_with("/")) << route->path;
        EXPECT_FALSE(route->summary.empty() || route->summary.ends_with(".")) << route->path;
    }
}

}  // namespace
}  // namespace yuanliu::contract
