// Large bodies from those who may not send them: refused before a byte of them is on the disk.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "trust/scene.hpp"

namespace yuanliu::trust {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Bodies : public ::testing::TestWithParam<Backend> {
 protected:
    // Announces 16 MB of upload, which every one of these routes takes, sends as much as the server takes within a
    // moment, and returns what it says.
    static std::string upload(Scene& scene, std::string_view path, std::string_view credentials) {
        const int fd = dial(scene.server().port());
        send_all(fd, fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\n{}Content-Length: 16777216\r\n"
                                 "Content-Type: multipart/form-data; boundary=B\r\n\r\n"
                                 "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n",
                                 path, credentials));
        send_all(fd, std::string(100'000, 'x'));  // within what the buffers of a loopback connection hold
        auto said = receive(fd, 3'000);
        ::close(fd);
        return said;
    }
};
INSTANTIATE_TEST_SUITE_P(Both, Bodies, ::testing::Values(Backend::sqlite, Backend::postgres), backend_name);

TEST_P(Bodies, WhoMayNotSendThemGetsNoByteOntoTheDisk) {
    Scene scene(GetParam());
    auto admin = scene.admin();
    ASSERT_EQ(admin->post("/api/users/", R"({"username":"eve","password":"correct horse 42","user_type":2})").status,
              201);
    Client customer(scene.server().port());
    ASSERT_TRUE(customer.login("eve", "correct horse 42"));
    const auto uploads = scene.data() + "/uploads";
    // A file that comes and goes leaves its mark here, however short it was there.
    const auto untouched = fs::last_write_time(uploads);
    const std::string forged = "yl_abcdefgh_" + std::string(32, 'a');
    for (const std::string path : {"/api/backups/upload/", "/api/imports/"}) {
        EXPECT_THAT(upload(scene, path, ""), StartsWith("HTTP/1.1 401 ")) << path;
        EXPECT_THAT(upload(scene, path, "Authorization: Bearer a.b.c\r\n"), StartsWith("HTTP/1.1 401 ")) << path;
        EXPECT_THAT(upload(scene, path, "X-API-Key: nonsense\r\n"), StartsWith("HTTP/1.1 401 ")) << path;
        EXPECT_THAT(upload(scene, path, fmt::format("X-API-Key: {}\r\n", forged)), StartsWith("HTTP/1.1 401 ")) << path;
    }
    EXPECT_THAT(upload(scene, "/api/backups/upload/", fmt::format("Authorization: Bearer {}\r\n", customer.token())),
                StartsWith("HTTP/1.1 403 "));
    EXPECT_EQ(fs::last_write_time(uploads), untouched);
    EXPECT_TRUE(fs::is_empty(uploads));
    // That somebody without the right tried is on record, a moment later: nobody waits for it.
    std::string records;
    for (const auto begun = clock_ms();
         records.find("backups.backups.upload.create") == std::string::npos && clock_ms() - begun < 5'000;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        records = admin->get("/api/operation-records/").body;
    }
    EXPECT_THAT(records, HasSubstr("backups.backups.upload.create"));

    const auto mine = fmt::format("Authorization: Bearer {}\r\n", admin->token());
    EXPECT_EQ(upload(scene, "/api/backups/upload/", mine), "") << "who may send it is listened to";
    EXPECT_NE(fs::last_write_time(uploads), untouched);
    EXPECT_EQ(admin->get("/api/users/me/").status, 200);
    EXPECT_EQ(scene.server().stop(), 0) << scene.server().log();
}

// The limit of requests holds for those, too, that never send the body they announce.
TEST(BodiesOnce, TheLimitOfRequestsIsTakenBeforeTheBody) {
    Scene scene(Backend::sqlite, {.settings = {{"RATE_LIMITS", "on"}}});
    std::string said;
    for (int i = 0; i < 40 && !said.starts_with("HTTP/1.1 429 "); ++i) {
        const int fd = dial(scene.server().port(), "127.0.0.9");
        send_all(fd,
                 "POST /api/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                 "Content-Length: 200000\r\n\r\n{");
        said = receive(fd, 30);
        ::close(fd);
    }
    EXPECT_THAT(said, StartsWith("HTTP/1.1 429 "));
    EXPECT_THAT(said, HasSubstr("Retry-After: "));
    EXPECT_EQ(scene.server().stop(), 0);
}

}  // namespace
}  // namespace yuanliu::trust
