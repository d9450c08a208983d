// Which route a request takes.
#include "platform/routes/routes.hpp"

#include <gmock/gmock.h>

namespace yuanliu {
namespace {

struct Thing {
    std::string name;
};
YL_RECORD(Thing, "sample.thing", name)

Thing list(Rx&) { return {}; }
Thing one(Rx&, const Int<1, 100>&) { return {}; }
Thing two(Rx&, const Int<1, 100>&, const Int<1, 100>&) { return {}; }
void act(Tx&) {}
void act_on(Tx&, const Int<1, 100>&) {}

class RouteTest : public testing::Test {
 protected:
    RouteTest() {
        routes_.module("sample");
        routes_.get("/api/things/", "public", &list, "");
        routes_.post("/api/things/", "public", &act, "");
        routes_.get("/api/things/{id}/", "public", &one, "");
        routes_.del("/api/things/{id}/", "public", &act_on, "");
        routes_.post("/api/things/activate/", "public", &act, "");
        routes_.get("/api/things/{id}/parts/{part}/", "public", &two, "");
        routes_.also("/T/{id}/", routes_.get("/t/{id}/", "public", &one, ""));
    }
    // The pattern of the route taken, or "" when there is none.
    std::string taken(std::string_view method, std::string_view path) {
        allowed_.clear();
        const Route* route = routes_.match(method, path, values_, allowed_);
        return route ? route->method + " " + route->path : "";
    }

    Routes routes_;
    std::vector<std::string_view> values_, allowed_;
};

TEST_F(RouteTest, TheMethodChooses) {
    EXPECT_EQ(taken("GET", "/api/things/"), "GET /api/things/");
    EXPECT_EQ(taken("POST", "/api/things/"), "POST /api/things/");
    EXPECT_EQ(taken("HEAD", "/api/things/"), "GET /api/things/");
}

TEST_F(RouteTest, APathMayHaveASecondSpelling) {
    EXPECT_EQ(taken("GET", "/T/7"), "GET /t/{id}/");
    EXPECT_EQ(values_, std::vector<std::string_view>{"7"});
    EXPECT_EQ(taken("HEAD", "/T/7/"), "GET /t/{id}/");
    EXPECT_EQ(taken("POST", "/T/7"), "");
    EXPECT_THAT(allowed_, testing::ElementsAre("GET"));
    EXPECT_EQ(taken("GET", "/API/things/"), "") << "only where it was said";
    EXPECT_EQ(routes_.all().size(), 7u) << "it is no route of its own";
}

TEST_F(RouteTest, SlashesAtTheEndDoNotMatter) {
    EXPECT_EQ(taken("GET", "/api/things"), "GET /api/things/");
    EXPECT_EQ(taken("GET", "/api/things//"), "GET /api/things/");
    EXPECT_EQ(taken("GET", "/api/things/7"), "GET /api/things/{id}/");
}

TEST_F(RouteTest, ValuesAreReadInOrder) {
    EXPECT_EQ(taken("GET", "/api/things/7/parts/12/"), "GET /api/things/{id}/parts/{part}/");
    EXPECT_THAT(values_, testing::ElementsAre("7", "12"));
    // What an earlier match left is gone.
    taken("GET", "/api/things/");
    EXPECT_THAT(values_, testing::IsEmpty());
}

TEST_F(RouteTest, AWordWinsOverAValue) {
    EXPECT_EQ(taken("POST", "/api/things/activate/"), "POST /api/things/activate/");
    EXPECT_THAT(values_, testing::IsEmpty());
}

TEST_F(RouteTest, AMethodOfAVaguerPathIsNotAllowedOnTheExactOne) {
    EXPECT_EQ(taken("DELETE", "/api/things/activate/"), "");
    EXPECT_THAT(allowed_, testing::ElementsAre("POST"));
}

TEST_F(RouteTest, WhatThePathHasInstead) {
    EXPECT_EQ(taken("PUT", "/api/things/7/"), "");
    EXPECT_THAT(allowed_, testing::UnorderedElementsAre("GET", "DELETE"));
    EXPECT_EQ(taken("PUT", "/api/things/"), "");
    EXPECT_THAT(allowed_, testing::UnorderedElementsAre("GET", "POST"));
}

TEST_F(RouteTest, NoSuchPath) {
    for (const char* path : {"/", "", "/api/", "/api/thing/", "/api/things/7/parts/", "/api/things/7/parts/12/more"}) {
        EXPECT_EQ(taken("GET", path), "") << path;
        EXPECT_THAT(allowed_, testing::IsEmpty()) << path;
    }
}

}  // namespace
}  // namespace yuanliu
