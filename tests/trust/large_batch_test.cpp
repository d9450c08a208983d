// A batch of a million units, and the server killed under it; in `make test` a small one.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <thread>

#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

class LargeBatch : public ::testing::TestWithParam<Backend> {
 protected:
    static int ordered() { return is_long() ? 1'000'000 : 60'000; }
    template <class Condition>
    static bool within(int timeout_ms, Condition condition) {
        for (const auto end = clock_ms() + timeout_ms; clock_ms() < end;
             std::this_thread::sleep_for(std::chrono::milliseconds(20)))
            if (condition()) return true;
        return condition();
    }
    static std::int64_t made(Client& client, const std::string& batch) {
        return std::atoll(client.get("/api/batches/" + batch + "/").at("data.made").c_str());
    }
    static std::string state_of(Client& client, const std::string& job) {
        return client.get("/api/jobs/" + job + "/").at("data.state");
    }
    // The memory that the server has of its own just now. Pages of the database's file that it looks at are the
    // kernel's to take back, and counted by nobody.
    static long own_mb(const Server& server) {
        std::istringstream status(read_text(fmt::format("/proc/{}/status", server.pid())));
        for (std::string word; status >> word;)
            if (long kb = 0; word == "RssAnon:" && status >> kb) return kb / 1024;
        return -1;
    }
    static std::string file_like(const std::string& folder, std::string_view ending) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
            if (entry.path().extension() == ending) return entry.path().string();
        ADD_FAILURE() << "no " << ending << " in " << folder;
        return {};
    }
    // The file of labels of a batch; waits for the job that writes it, and looks at the memory meanwhile.
    std::string labels_of(const Server& server, Client& client, const std::string& batch, const std::string& format) {
        const auto asked =
            client.post("/api/labels/", fmt::format(R"({{"batch_id":{},"format":"{}"}})", batch, format));
        EXPECT_EQ(asked.status, 202) << asked.body;
        auto job = asked.at("data.job_id");
        EXPECT_TRUE(within(3'000'000, [&] {
            most_mb_ = std::max(most_mb_, own_mb(server));
            return state_of(client, job) == "completed";
        })) << format;
        return job;
    }
    long most_mb_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Both, LargeBatch, ::testing::Values(Backend::sqlite, Backend::postgres), backend_name);

TEST_P(LargeBatch, KilledHalfWayItIsFinishedByTheNextProcess) {
    Scene scene(GetParam());
    auto admin = scene.admin();
    const auto type =
        admin->post("/api/product-types/", R"({"name":"净化器","model":"L1","warranty_months":24})").at("data.id");
    const auto order = admin->post("/api/products/bulk_create/",
                                   fmt::format(R"({{"product_type_id":{},"count":{}}})", type, ordered()));
    ASSERT_EQ(order.status, 202) << order.body;
    const auto batch = order.at("data.batch_id"), job = order.at("data.job_id");
    ASSERT_TRUE(within(60'000, [&] { return made(*admin, batch) > 0; })) << scene.server().log();
    scene.server().crash();
    scene.expect_sound();
    // Of several processes each must let the dead one's lease run out: here it has. One that is alone need not.
    if (GetParam() == Backend::postgres)
        run_sql(scene.url(),
                "UPDATE jobs_job SET lease_until = 0 WHERE state = 'running'; UPDATE jobs_leader SET expires_at = 0");
    scene.start();
    admin = scene.admin();
    const auto left = made(*admin, batch);
    ASSERT_GT(left, 0);
    ASSERT_LT(left, ordered()) << "it was made before the kill";
    EXPECT_TRUE(within(30'000, [&] { return made(*admin, batch) > left; })) << "a lease is a minute";
    ASSERT_TRUE(within(is_long() ? 3'000'000 : 120'000, [&] { return state_of(*admin, job) == "completed"; }))
        << state_of(*admin, job) << scene.server().log();
    EXPECT_EQ(made(*admin, batch), ordered());
    scene.expect_sound();

    const auto csv = admin->get("/api/jobs/" + labels_of(scene.server(), *admin, batch, "csv") + "/download/").body;
    std::istringstream lines(csv);
    std::set<std::string> codes;
    std::string line;
    std::getline(lines, line);
    std::int64_t count = 0;
    for (; std::getline(lines, line); ++count) codes.insert(line.substr(0, line.find(',')));
    EXPECT_EQ(count, ordered());
    EXPECT_EQ(std::int64_t(codes.size()), ordered()) << "no code twice, none missing";
    if (!is_long()) return;
    // Too large to fetch into this process: looked at where they lie, by other people's programs.
    labels_of(scene.server(), *admin, batch, "zip");
    const auto members =
        run_program({"sh", "-c", "zipinfo -1 \"$0\" | sort -u | wc -l", file_like(scene.data(), ".zip")});
    EXPECT_EQ(std::atoll(members.out.c_str()), ordered()) << members.err;
    labels_of(scene.server(), *admin, batch, "pdf");
    const auto pages = run_program({"pdfinfo", file_like(scene.data(), ".pdf")});
    EXPECT_THAT(pages.out, ::testing::ContainsRegex(fmt::format("Pages: +{}\n", ordered()))) << pages.err;
    // The figure that is promised is of the release build; a sanitizer's shadow is no memory of ours.
    if (std::getenv("YL_BINARY")) {
        EXPECT_LT(most_mb_, 200) << "memory grew with the batch";
    }
}

}  // namespace
}  // namespace yuanliu::trust
