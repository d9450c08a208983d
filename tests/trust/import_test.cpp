// The server is killed while it writes the rows of a spreadsheet: all of them are there afterwards, or none.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

using ::testing::AnyOf;

constexpr int rows = 1000;  // as many as a total tells exactly

class ImportCrash : public ::testing::TestWithParam<Backend> {
 protected:
    static std::string upload(Client& admin, const std::string& prefix) {
        std::string body =
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"rows.csv\"\r\n\r\n"
            "model,name,warranty months\r\n";
        for (int i = 0; i < rows; ++i) body += fmt::format("{}-{},a name,12\r\n", prefix, i);
        body += "\r\n--b--\r\n";
        auto made = admin.ask("POST", "/api/imports/?route=catalog.product_types.create", body,
                              {{"Content-Type", "multipart/form-data; boundary=b"}});
        EXPECT_EQ(made.status, 201) << made.body;
        return "/api/imports/" + made.at("data.id") + "/";
    }
    static std::string state(Client& admin, const std::string& import) { return admin.get(import).at("data.state"); }
    // Until it is no longer in this state.
    static std::string leaves(Client& admin, const std::string& import, std::string_view left, int timeout_ms) {
        const auto end = clock_ms() + timeout_ms;
        std::string now;
        while ((now = state(admin, import)) == left && clock_ms() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return now;
    }
    static std::string written(Client& admin, const std::string& prefix) {
        return admin.get("/api/product-types/?page_size=1&search=" + prefix + "-").at("page.total");
    }
};
INSTANTIATE_TEST_SUITE_P(Both, ImportCrash, ::testing::Values(Backend::sqlite, Backend::postgres), backend_name);

TEST_P(ImportCrash, KilledInTheMiddleNothingIsHalfDone) {
    const int cycles = is_long() ? 20 : 4;
    const auto seed = scene_seed();
    SCOPED_TRACE(fmt::format("YL_SEED={}", seed));
    std::mt19937 random(seed);
    Scene scene(GetParam());
    std::vector<std::pair<std::string, std::string>> cut;  // imports that were not done, with their prefixes
    for (int cycle = 0; cycle < cycles; ++cycle) {
        const auto prefix = fmt::format("k{}", cycle);
        auto admin = scene.admin();
        const auto import = upload(*admin, prefix);
        const auto began = clock_ms();
        ASSERT_EQ(admin->post(import + "check/", "").status, 202);
        ASSERT_EQ(leaves(*admin, import, "checking", 60'000), "checked") << scene.server().log();
        // Trying takes about as long as writing: the kill falls somewhere within.
        const auto takes = clock_ms() - began;
        ASSERT_EQ(written(*admin, prefix), "0");
        ASSERT_EQ(admin->post(import + "run/", "{}").status, 202);
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % std::uint64_t(takes + 1)));
        scene.server().crash();
        scene.start();
        auto again = scene.admin();
        const auto there = written(*again, prefix), now = state(*again, import);
        EXPECT_THAT(there, AnyOf("0", std::to_string(rows))) << "half of the rows were kept";
        EXPECT_EQ(now == "done", there != "0") << "it is " << now << " with " << there << " rows";
        scene.expect_sound();
        if (HasFailure()) return;
        if (now != "done") cut.emplace_back(import, prefix);
    }
    // A kill that never came in time would prove nothing.
    EXPECT_FALSE(cut.empty());
    if (!is_long()) return;
    // What was under way is taken up again when its lease has run out, and then happens once.
    auto admin = scene.admin();
    for (const auto& [import, prefix] : cut) {
        EXPECT_EQ(leaves(*admin, import, "running", 180'000), "done");
        EXPECT_EQ(written(*admin, prefix), std::to_string(rows));
    }
}

}  // namespace
}  // namespace yuanliu::trust
