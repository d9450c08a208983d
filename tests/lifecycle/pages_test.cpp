// What answers beside the API: pages of the process itself.
#include "lifecycle/app_test.hpp"

namespace yuanliu {
namespace {

class Pages : public AppTest {};
YL_APP_TEST(Pages);

TEST_P(Pages, AnswerWithAndWithoutASlashAndSayWhichMethodsTheyTake) {
    as_nobody();
    for (const char* path : {"/health", "/health/", "/ready", "/ready/", "/openapi.json"}) {
        EXPECT_EQ(get(path).status, 200) << path;
        EXPECT_EQ(ask("HEAD", path).status, 200) << path;
        for (const char* method : {"POST", "PUT", "DELETE"}) {
            auto refused = ask(method, path, "{}");
            EXPECT_EQ(refused.status, 405) << method << " " << path;
            EXPECT_EQ(refused.header("Allow"), "GET, HEAD");
            EXPECT_EQ(refused.at("error.code"), "method_not_allowed");
        }
    }
    EXPECT_EQ(get("/health//").status, 404);
    EXPECT_EQ(get("/healthy").status, 404);
    EXPECT_EQ(post("/healthy", "{}").status, 404);
}

}  // namespace
}  // namespace yuanliu
