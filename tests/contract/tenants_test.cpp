// Another's rows: whatever id, code or filter an agent or a customer names, he learns nothing of what is not his and
// changes none of it. Every route with a value in its path is called; a new one fails here until a row is made for it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "contract/application.hpp"
#include "contract/golden.hpp"
#include "lifecycle/app_test.hpp"

namespace yuanliu::contract {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view mark = "zwei";  // stands in every text of the other company
constexpr std::string_view pixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

std::string name_of_route(const Route& route) { return route.method + " " + route.path; }

class TenantsTest : public AppTest {
 protected:
    struct Person {
        std::string id, token;
        UserType type;
    };

    void SetUp() override {
        AppTest::SetUp();
        app().start_background();
        agent_ = person("eins-agent", UserType::agent);
        customer_ = person("eins-kunde", UserType::customer);
        their_agent_ = person("zwei-agent", UserType::agent, R"(,"territories":["广东省"])");
        their_customer_ = person("zwei-kunde", UserType::customer);
        colleague_ = person("zwei-staff", UserType::staff);
        fill();
    }
    void TearDown() override {
        app().stop_background();
        AppTest::TearDown();
    }

    Person person(std::string_view name, UserType type, std::string_view more = "") {
        Person out{make_user(name, int(type), more), "", type};
        out.token = login(name, password);
        return out;
    }
    // The answer's data.id, or what stands at `path`; what is asked must succeed.
    std::string made(const Reply& reply, std::string_view path = "data.id") {
        EXPECT_LT(reply.status, 300) << reply.body;
        EXPECT_NE(reply.at(path), "") << path << " of " << reply.body;
        return reply.at(path);
    }
    http::Part file(std::string_view field, std::string_view name, std::string_view bytes) {
        http::Part part;
        part.name = field, part.filename = name, part.path = folder_.file(std::string(name)), part.size = bytes.size();
        std::ofstream(part.path, std::ios::binary) << bytes;
        return part;
    }
    std::string finished(const std::string& job) {
        for (int i = 0; i < 3000; ++i) {
            if (auto state = get("/api/jobs/" + job + "/").at("data.state"); state == "completed") return job;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ADD_FAILURE() << get("/api/jobs/" + job + "/").body;
        return job;
    }

    std::string newest(std::string_view table, std::string_view column = "id") {
        return std::to_string(app().db().read([&](Rx& rx) {
            return rx.value<std::int64_t>(fmt::format("SELECT {} FROM {} ORDER BY id DESC LIMIT 1", column, table));
        }));
    }

    // One row of every kind that an id names, for `theirs_`, by the path in front of the id.
    void fill() {
        as_admin();
        const auto type = make_type();
        make_units(type, {"ZWEI1", "ZWEI2"}, their_agent_.id);
        theirs_["/api/product-types/"] = type;
        theirs_["/api/users/"] = their_agent_.id;
        theirs_["/api/products/"] = made(get("/api/products/get_by_qrcode/?qrcode_id=ZWEI1"));
        theirs_["/api/shipments/"] = newest("units_shipment");
        theirs_["/api/batches/"] = made(get("/api/batches/"), "data[0].id");
        made(post("/api/products/activate/",
                  fmt::format(R"({{"qrcode_id":"ZWEI1","customer_id":{},"address":"江苏省苏州市姑苏区zwei路2号"}})",
                              their_customer_.id)),
             "data.qrcode_id");
        theirs_["/api/alerts/"] = made(get("/api/alerts/"), "data[0].id");
        theirs_["/api/roles/"] = made(post("/api/roles/", R"({"name":"zwei","permissions":["units.read"]})"));
        theirs_["/api/api-keys/"] = made(post("/api/api-keys/", R"({"name":"zwei","permissions":["units.read"]})"));
        auto design = post("/api/label-templates/",
                           R"({"name":"zwei","media":"roll","label_width_mm":50,"label_height_mm":30,"padding_mm":2,)"
                           R"("qr_size_mm":21,"lines":[]})");
        theirs_["/api/label-templates/"] = made(design);
        theirs_["/api/operation-records/"] = made(get("/api/operation-records/"), "data[0].id");
        theirs_["/api/schedules/"] = made(get("/api/schedules/"), "data[0].id");
        made(post("/api/backups/", ""), "data.job_id");
        for (int i = 0; i < 3000 && get("/api/backups/").count("data") == 0; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        theirs_["/api/backups/"] = made(get("/api/backups/"), "data[0].name");
        theirs_["/api/settings/"] = made(get("/api/settings/"), "data[0].key");
        theirs_["/api/jobs/queues/"] = "default";
        theirs_["/api/holidays/"] = "2026";
        fill_of_people();
        as_admin();
    }
    void fill_of_people() {
        as(their_agent_.token);
        theirs_["/api/sessions/"] = made(get("/api/sessions/"), "data[0].id");
        theirs_["/api/jobs/"] = finished(
            made(post("/api/exports/", R"({"route":"units.products.list","columns":["qrcode_id"]})"), "data.job_id"));
        owners_["/api/jobs/"] = their_agent_.token;
        as(their_customer_.token);
        theirs_["/api/views/"] = made(post("/api/views/", R"({"list":"products","name":"zwei"})"));
        theirs_["/api/repair-records/"] =
            made(post("/api/repair-records/", R"({"qrcode_id":"ZWEI1","reason":"zwei"})"));
        const auto photos = "/api/repair-records/" + theirs_["/api/repair-records/"] + "/photos/";
        const auto photo = ask_with_parts("POST", photos, {file("file", "zwei.png", *base64_decode(pixel))});
        theirs_["/api/repair-records/{id}/photos/"] = made(photo, "data[0].id");
        theirs_["/api/files/"] = newest("repair_photo", "file_id");
        owners_["/api/files/"] = their_customer_.token;
        as(colleague_.token);
        theirs_["/api/imports/"] = made(ask_with_parts("POST", "/api/imports/?route=catalog.product_types.create",
                                                       {file("file", "zwei.csv", "型号\nZWEI-9\n")}));
        owners_["/api/imports/"] = colleague_.token;
    }

    // The path with the other company's rows in it; "" when there is none for one of its values.
    std::string filled(const Route& route) {
        std::string out = route.path;
        for (auto at = out.find('{'); at != std::string::npos; at = out.find('{')) {
            const auto before = route.path.substr(0, pattern_position(route, out, at));
            const auto found = theirs_.find(before);
            if (found == theirs_.end()) return "";
            out.replace(at, out.find('}', at) - at + 1, found->second);
        }
        return out;
    }
    // Where in the route's own path the value stands that is the first left in `out`.
    static std::size_t pattern_position(const Route& route, const std::string& out, std::size_t at) {
        return route.path.size() - (out.size() - at);
    }
    static bool granted(const Routes& routes, const Route& route, UserType type) {
        if (route.permission == "signed_in") return true;
        for (const auto& permission : routes.permissions())
            if (permission.name == route.permission)
                return std::find(permission.granted.begin(), permission.granted.end(), type) !=
                       permission.granted.end();
        return false;
    }
    Reply call(const Route& route, const std::string& path) {
        if (route.multipart)
            return ask_with_parts(route.method, path, {file("file", "eins.png", *base64_decode(pixel))});
        return ask(route.method, path, route.body ? sample_body(*route.body) : "");
    }
    std::int64_t deeds_of(const Person& who) {
        return app().db().read([&](Rx& rx) {
            return rx.value<std::int64_t>("SELECT count(*) FROM audit_record WHERE success AND operator_id = ?",
                                          std::stoll(who.id));
        });
    }

    Person agent_, customer_, their_agent_, their_customer_, colleague_;
    std::map<std::string, std::string> theirs_;  // by the path in front of the value: /api/products/
    std::map<std::string, std::string> owners_;  // who may see it, when an administrator may not
    TempFolder folder_;
};
YL_APP_TEST(TenantsTest);

TEST_P(TenantsTest, AnothersIdOpensNothing) {
    const auto common = exceptions("common_id");
    std::size_t calls = 0;
    for (const auto& who : {agent_, customer_}) {
        as(who.token);
        const auto before = deeds_of(who);
        for (const auto& route : app().routes().all()) {
            if (route->parameters.empty() || route->permission == "public" || common.contains(name_of_route(*route)))
                continue;
            const auto path = filled(*route);
            if (path.empty()) {
                ADD_FAILURE() << name_of_route(*route) << ": make a row of another's for this test";
                continue;
            }
            const auto answer = call(*route, path);
            // A right that one has, on a row that one may not know of: as if it were not there.
            EXPECT_EQ(answer.status, granted(app().routes(), *route, who.type) ? 404 : 403)
                << name_of_route(*route) << " as " << int(who.type) << ": " << answer.body;
            EXPECT_THAT(lower_ascii(answer.body), Not(HasSubstr(mark))) << name_of_route(*route);
            ++calls;
        }
        EXPECT_EQ(deeds_of(who), before) << "and nothing was done";
    }
    EXPECT_GT(calls, 100u);
}

// Else the test above would be content with ids that nothing has.
TEST_P(TenantsTest, TheRowsAreReallyThere) {
    std::size_t seen = 0;
    for (const auto& route : app().routes().all()) {
        if (route->method != "GET" || route->parameters.empty() || route->permission == "public") continue;
        const auto path = filled(*route);
        if (path.empty()) continue;
        const auto owner = owners_.find(route->path.substr(0, route->path.find('{')));
        as(owner == owners_.end() ? admin_token() : owner->second);
        const auto answer = call(*route, path);
        // An import without refused rows has no sheet of them; that it was found is what counts here.
        EXPECT_TRUE(answer.status == 200 || answer.at("error.code") == "desk.no_bad_rows")
            << route->path << " as " << path << ": " << answer.body;
        ++seen;
    }
    EXPECT_GT(seen, 20u);
}

TEST_P(TenantsTest, NoListShowsWhatIsAnothers) {
    for (const auto& who : {agent_, customer_}) {
        as(who.token);
        for (const auto& route : app().routes().all()) {
            if (route->method != "GET" || !route->parameters.empty() || route->permission == "public") continue;
            std::vector<std::string> questions{""};
            for (const Record* query : route->queries)
                for (const auto& field : query->fields) {
                    if (field.name == "agent_id") questions.push_back("?agent_id=" + their_agent_.id);
                    if (field.name == "customer_id") questions.push_back("?customer_id=" + their_customer_.id);
                    if (field.name == "product_id") questions.push_back("?product_id=" + theirs_["/api/products/"]);
                    if (field.name == "batch_id") questions.push_back("?batch_id=" + theirs_["/api/batches/"]);
                    if (field.name == "qrcode_id") questions.push_back("?qrcode_id=ZWEI1");
                    if (field.name == "search") questions.push_back("?search=ZWEI");
                    if (field.name == "q") questions.push_back("?q=ZWEI");
                }
            for (const auto& question : questions) {
                const auto answer = get(route->path + question);
                // A code that was asked for may come back in the refusal.
                if (answer.status >= 400) continue;
                EXPECT_THAT(lower_ascii(answer.body), Not(HasSubstr(mark)))
                    << route->path << question << " as " << int(who.type);
            }
        }
    }
    as(their_agent_.token);
    EXPECT_THAT(lower_ascii(get("/api/products/").body), HasSubstr(mark)) << "the owner sees it";
}

TEST_P(TenantsTest, AnothersCodeInABodyIsUnknown) {
    const auto unit = theirs_["/api/products/"];
    for (const auto& who : {agent_, customer_}) {
        as(who.token);
        const auto before = deeds_of(who);
        EXPECT_EQ(get("/api/products/get_by_qrcode/?qrcode_id=ZWEI1").status, 404);
        if (who.type == UserType::customer) {
            EXPECT_EQ(post("/api/repair-records/", R"({"qrcode_id":"ZWEI1","reason":"x"})").status, 404);
            EXPECT_EQ(post("/api/repair-records/", fmt::format(R"({{"product_id":{},"reason":"x"}})", unit)).status,
                      404);
        }
        EXPECT_EQ(deeds_of(who), before);
    }
}

}  // namespace
}  // namespace yuanliu::contract
