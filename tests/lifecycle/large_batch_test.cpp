// Batches too large for one request: cancelled half-way, and the files made of a whole one. Killing the server under
// one is for tests/trust.
#include <fmt/format.h>

#include <set>

#include "lifecycle/app_test.hpp"
#include "platform/print/tests/print_kit.hpp"

namespace yuanliu {
namespace {

class LargeBatch : public AppTest {
 protected:
    struct Order {
        std::string batch, job;
    };
    Order order(int count) {
        const auto made = post("/api/products/bulk_create/",
                               fmt::format(R"({{"product_type_id":{},"count":{}}})", make_type(), count));
        EXPECT_EQ(made.status, 202) << made.body;
        EXPECT_EQ(made.at("data.created"), "0");
        return {made.at("data.batch_id"), made.at("data.job_id")};
    }
    std::int64_t count(std::string_view sql) {
        return app().db().read([&](Rx& rx) { return rx.value<std::int64_t>(sql); });
    }
    std::int64_t units() { return count("SELECT count(*) FROM units_unit"); }
    std::string state_of(const std::string& job) { return get("/api/jobs/" + job + "/").at("data.state"); }
    template <class Condition>
    static bool eventually(Condition condition) {
        for (int i = 0; i < 6000; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(20)))
            if (condition()) return true;
        return condition();
    }
    void expect_sound() {
        for (const auto& invariant : app::all_invariants())
            EXPECT_TRUE(app().db().read([&](Rx& rx) { return rx.values<std::string>(invariant.sql); }).empty())
                << invariant.name;
    }
    std::set<std::string> codes() {
        const auto all =
            app().db().read([](Rx& rx) { return rx.values<std::string>("SELECT code FROM units_unit ORDER BY id"); });
        return {all.begin(), all.end()};
    }
    // The file of labels of a batch, on the disk.
    std::string labels_of(const std::string& batch, const std::string& format) {
        const auto asked = post("/api/labels/", fmt::format(R"({{"batch_id":{},"format":"{}"}})", batch, format));
        EXPECT_EQ(asked.status, 202) << asked.body;
        const auto job = asked.at("data.job_id");
        EXPECT_TRUE(eventually([&] { return state_of(job) == "completed"; })) << state_of(job);
        return get("/api/jobs/" + job + "/download/").file;
    }
    // The first cells of a CSV, without its heading.
    static std::set<std::string> first_cells(const std::string& path, std::size_t& lines) {
        const auto all = print::lines_of(print::load(path));
        std::set<std::string> out;
        for (std::size_t i = 1; i < all.size(); ++i) out.insert(all[i].substr(0, all[i].find(',')));
        lines = all.size() - 1;
        return out;
    }
};
YL_APP_TEST(LargeBatch);

TEST_P(LargeBatch, CancelledHalfWayKeepsWhatIsMadeAndNoMore) {
    const auto [batch, job] = order(100'000);
    app().start_background();
    ASSERT_TRUE(eventually([&] { return units() > 0; }));
    ASSERT_EQ(post("/api/jobs/" + job + "/cancel/", "{}").status, 200);
    ASSERT_TRUE(eventually([&] { return state_of(job) == "cancelled"; }));
    const auto made = units();
    EXPECT_GT(made, 0);
    EXPECT_LT(made, 100'000) << "there was nothing left to cancel";
    EXPECT_EQ(count("SELECT count(*) FROM units_timeline"), made);
    EXPECT_EQ(get("/api/batches/" + batch + "/").at("data.made"), std::to_string(made));
    std::int64_t told = 0;
    const auto events = app().db().read([](Rx& rx) {
        return rx.values<std::string>("SELECT payload FROM events_outbox WHERE kind = 'units.created' ORDER BY id");
    });
    for (const auto& event : events) told += std::stoll(Reply{200, event, {}}.at("count"));
    EXPECT_EQ(told, made) << "who listens knows of every unit that there is";
    std::size_t lines = 0;
    EXPECT_EQ(first_cells(labels_of(batch, "csv"), lines), codes());
    EXPECT_EQ(std::int64_t(lines), made);
    EXPECT_EQ(units(), made) << "nobody went on with it";
    expect_sound();
    app().stop_background();
}

TEST_P(LargeBatch, ItsFilesHoldEveryCodeOnce) {
    constexpr std::size_t ordered = 10'500;
    const auto [batch, job] = order(ordered);
    app().start_background();
    ASSERT_TRUE(eventually([&] { return state_of(job) == "completed"; })) << state_of(job);
    const auto all = codes();
    ASSERT_EQ(all.size(), ordered);
    std::size_t lines = 0;
    EXPECT_EQ(first_cells(labels_of(batch, "csv"), lines), all);
    EXPECT_EQ(lines, ordered);

    const auto names = print::lines_of(print::run("zipinfo -1 " + labels_of(batch, "zip")));
    std::set<std::string> pictures;
    for (const auto& name : names) pictures.insert(name.substr(0, name.rfind(".png")));
    EXPECT_EQ(names.size(), ordered);
    EXPECT_EQ(pictures, all);

    const auto pdf = labels_of(batch, "pdf");
    EXPECT_NE(print::run("pdfinfo " + pdf).find(fmt::format("Pages:           {}\n", ordered)), std::string::npos);
    std::set<std::string> printed;
    for (auto line : print::lines_of(print::run("pdftotext " + pdf + " -"))) {
        std::erase(line, ' ');  // printed in groups
        if (all.contains(line)) printed.insert(line);
    }
    EXPECT_EQ(printed.size(), all.size());
    expect_sound();
    app().stop_background();
}

}  // namespace
}  // namespace yuanliu
