// Every route called as nobody, as somebody without rights, and about things that are not there.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "contract/application.hpp"
#include "contract/golden.hpp"

namespace yuanliu::contract {
namespace {

// The path with something in place of each {name}: numbers that no row has.
std::string filled(const Route& route) {
    std::string out;
    std::size_t next = 0;
    for (std::size_t i = 0; i < route.path.size(); ++i) {
        if (route.path[i] != '{') {
            out += route.path[i];
            continue;
        }
        const Type& type = *route.parameters.at(next++).second;
        if (type.kind == Kind::choice)
            out += type.choices.front().name;
        else if (type.kind == Kind::date)
            out += "2026-03-02";
        else if (type.kind == Kind::integer)
            out += std::to_string(std::min<std::int64_t>(type.max, 900'000'000));
        else if (type.kind == Kind::id)
            out += "900000000";
        else
            out += "no-such-thing";
        i = route.path.find('}', i);
    }
    return out;
}

std::string name_of_route(const Route& route) { return route.method + " " + route.path; }
std::string body_of(const Route& route) { return route.body ? sample_body(*route.body) : ""; }

class CallsTest : public testing::Test {
 protected:
    static void SetUpTestSuite() { program_ = new Program(); }
    static void TearDownTestSuite() { delete std::exchange(program_, nullptr); }
    static inline Program* program_ = nullptr;
};

TEST_F(CallsTest, nobody_gets_in_but_where_it_says_so) {
    std::string open;
    for (const auto& route : program_->routes().all()) {
        auto answer = program_->call(Caller::nobody, route->method, filled(*route), "{}");
        if (route->permission == "public") {
            EXPECT_LT(answer.status, 500) << name_of_route(*route) << "\n" << answer.body;
            // Nobody may ask; whether one who shows a token or key is somebody here, the list says too.
            open += name_of_route(*route) + (route->anonymous ? "  as nobody\n" : "\n");
        } else {
            EXPECT_EQ(answer.status, 401) << name_of_route(*route) << "\n" << answer.body;
        }
    }
    expect_golden("public_routes.txt", open);
}

TEST_F(CallsTest, the_powerless_get_nowhere) {
    for (const auto& route : program_->routes().all()) {
        auto answer = program_->call(Caller::powerless, route->method, filled(*route), body_of(*route));
        if (route->permission == "public" || route->permission == "signed_in")
            EXPECT_LT(answer.status, 500) << name_of_route(*route) << "\n" << answer.body;
        else
            EXPECT_TRUE(answer.status == 403 || answer.status == 404)
                << name_of_route(*route) << " " << answer.status << "\n"
                << answer.body;
    }
}

TEST_F(CallsTest, an_unknown_id_is_not_found) {
    const auto spared = exceptions("unknown_id");
    for (const auto& route : program_->routes().all()) {
        bool by_id = false;
        for (const auto& [name, type] : route->parameters)
            by_id = by_id || type->kind == Kind::id || type->kind == Kind::integer;
        if (!by_id || spared.contains(name_of_route(*route))) continue;
        auto answer = program_->call(Caller::administrator, route->method, filled(*route), body_of(*route));
        EXPECT_EQ(answer.status, 404) << name_of_route(*route) << " with " << body_of(*route) << "\n" << answer.body;
    }
}

TEST_F(CallsTest, what_is_no_id_is_not_found_either) {
    for (const auto& route : program_->routes().all()) {
        if (route->method != "GET" || route->parameters.size() != 1 || route->parameters[0].second->kind != Kind::id)
            continue;
        for (const char* odd : {"0", "-1", "1.5", "abc", "99999999999999999999", "1%20"}) {
            auto path = route->path;
            path.replace(path.find('{'), path.find('}') - path.find('{') + 1, odd);
            EXPECT_EQ(program_->call(Caller::administrator, "GET", path, "").status, 404) << path;
        }
    }
}

TEST_F(CallsTest, every_list_answers_an_administrator) {
    for (const auto& route : program_->routes().all()) {
        if (route->method != "GET" || !route->parameters.empty() || route->shape == Route::Shape::content) continue;
        bool needs = false;  // a filter that must be given
        for (const Record* query : route->queries)
            for (const auto& field : query->fields) needs = needs || !field.type->optional;
        if (needs || exceptions("made_up_caller").contains(name_of_route(*route))) continue;
        auto answer = program_->call(Caller::administrator, "GET", route->path, "");
        EXPECT_EQ(answer.status, 200) << route->path << "\n" << answer.body;
        if (route->shape != Route::Shape::page) continue;
        EXPECT_EQ(program_->call(Caller::administrator, "GET", route->path + "?page=1&page_size=5", "").status, 200)
            << route->path;
        EXPECT_EQ(program_->call(Caller::administrator, "GET", route->path + "?no_such_filter=1", "").status, 400)
            << route->path;
        EXPECT_EQ(program_->call(Caller::administrator, "GET", route->path + "?ordering=no_such_key", "").status, 422)
            << route->path;
        EXPECT_EQ(program_->call(Caller::administrator, "GET", route->path + "?page_size=0", "").status, 422)
            << route->path;
    }
}

TEST_F(CallsTest, every_body_refuses_what_it_does_not_know) {
    for (const auto& route : program_->routes().all()) {
        if (!route->body) continue;
        auto body = sample_body(*route->body);
        body.insert(1, body.size() > 2 ? "\"no_such_field\":1," : "\"no_such_field\":1");
        for (const auto& bad :
             {body, std::string("{"), std::string("[]"), std::string("\"x\""), std::string("{\"a\":1,\"a\":1}")}) {
            auto answer = program_->call(Caller::administrator, route->method, filled(*route), bad);
            EXPECT_EQ(answer.status, 400) << name_of_route(*route) << " with " << bad << "\n" << answer.body;
        }
    }
}

}  // namespace
}  // namespace yuanliu::contract
