#include <sys/stat.h>
#include <utime.h>

#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>

#include "platform/http/multipart.hpp"
#include "platform/http/tests/raw.hpp"

namespace yuanliu::http {
namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string part(const std::string& disposition, const std::string& body, const std::string& more = {}) {
    return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\n" + more + "\r\n" + body + "\r\n";
}

std::string form(const std::string& body, const std::string& type = "multipart/form-data; boundary=B") {
    return post("/up", body, "Content-Type: " + type + "\r\n");
}

class Upload : public testing::Test {
 protected:
    void SetUp() override {
        served.handler.rule = [this](const Request&) { return rule; };
        served.handler.on = [this](Request&& request, Reply reply) {
            files.clear();
            for (const Part& each : request.parts)
                files.push_back(each.path.empty() ? each.value : content_of(each.path));
            parts = request.parts;
            reply(Answer{});
        };
    }
    int status(const std::string& raw) { return served.ask(raw).status; }

    BodyRule rule{.limit_bytes = 10 << 20,
                  .multipart = true,
                  .part_limit_bytes = 4 << 20,
                  .field_limit_bytes = 100,
                  .part_count = 5};
    Served served;
    std::vector<Part> parts;
    std::vector<std::string> files;
};

TEST_F(Upload, streams_files_and_keeps_fields) {
    std::string big;
    while (big.size() < 3'000'000) big += "\r\n--b\r\r\n--" + std::to_string(big.size());  // look-alikes of a boundary
    const std::string photo = "name=\"photo\"; filename=\"C:\\\\x\\\\a \\\"b\\\".png\"";
    const std::string body = part("name=\"title\"", "源流") + part(photo, big, "Content-Type: image/png\r\n") +
                             part("name=empty; filename=\"\"", "") + part("name=\"last\"; filename=\"z\"", "\r\n") +
                             "--B--\r\n";
    ASSERT_EQ(status(form(body)), 200);
    ASSERT_EQ(parts.size(), 4u);
    EXPECT_EQ(parts[0].name, "title");
    EXPECT_EQ(parts[0].value, "源流");
    EXPECT_EQ(parts[1].filename, "a \"b\".png");
    EXPECT_EQ(parts[1].content_type, "image/png");
    EXPECT_EQ(parts[1].size, big.size());
    EXPECT_TRUE(files[1] == big);
    EXPECT_EQ(parts[2].size, 0u);
    EXPECT_EQ(files[3], "\r\n");
    struct stat info {};
    ASSERT_EQ(::stat(parts[1].path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    EXPECT_EQ(served.files(), 3u);
    std::filesystem::rename(parts[1].path, served.folder + "/taken");
    parts.clear();
    EXPECT_TRUE(eventually([&] { return served.files() == 1; })) << "files are deleted unless they were taken";
    EXPECT_TRUE(content_of(served.folder + "/taken") == big);
}

TEST_F(Upload, refuses_broken_forms_and_leaves_no_file) {
    const std::string good = part("name=\"f\"; filename=\"a\"", "data");
    const std::vector<std::pair<std::string, int>> cases = {
        {form(good), 400},  // no closing boundary
        {form(good + "--B--\r\ntrailing"), 400},
        {form("preamble\r\n" + good + "--B--\r\n"), 400},
        {form(""), 200},  // no body: the handler sees no part
        {form("--B--\r\n"), 200},
        {form("--B\r\n\r\nx\r\n--B--\r\n"), 400},  // a part without headers
        {form("--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--\r\n"), 400},
        {form("--B\r\nContent-Disposition: attachment; name=\"x\"\r\n\r\nx\r\n--B--\r\n"), 400},
        {form(part("name=\"\"", "x") + "--B--\r\n"), 400},
        {form(part("name=\"x", "x") + "--B--\r\n"), 400},
        {form(part("name=\"x\"; name=\"y\"", "x") + "--B--\r\n"), 400},
        {form(part("name=\"x\xff\"", "x") + "--B--\r\n"), 400},
        {form("--B\r\nX: " + std::string(9000, 'h') + "\r\n\r\nx\r\n--B--\r\n"), 400},
        {form(good + "--Bx\r\n"), 400},
        {form(part("name=\"x\"", std::string(101, 'x')) + "--B--\r\n"), 413},
        {form(part("name=\"f\"; filename=\"a\"", std::string((4 << 20) + 1, 'x')) + "--B--\r\n"), 413},
        {form(good + good + good + good + good + good + "--B--\r\n"), 413},
        {form(good + "--B--\r\n", "application/json"), 415},
        {form(good + "--B--\r\n", "multipart/form-data"), 415},
        {form(good + "--B--\r\n", "multipart/form-data; boundary="), 415},
        {form(good + "--B--\r\n", "multipart/form-data; boundary=a{b"), 415},
        {form(good + "--B--\r\n", "multipart/form-data; boundary=" + std::string(71, 'b')), 415},
        {form(good + "--B--\r\n", "multipart/form-data; boundary=\"B\""), 200},
        {form(good + "--B--", "Multipart/Form-Data; charset=utf-8; Boundary=B"), 200},
    };
    for (std::size_t i = 0; i < cases.size(); ++i) {
        EXPECT_EQ(status(cases[i].first), cases[i].second) << "case " << i;
        parts.clear();
        EXPECT_TRUE(eventually([&] { return served.files() == 0; })) << "case " << i;
    }
}

// Whoever has to be asked about first gets no byte onto the disk before the answer is there.
TEST_F(Upload, nothing_is_read_before_its_sender_may) {
    rule.ask = true;
    std::vector<Reply> asked;
    std::mutex mutex;
    served.handler.admits = [&](const Request& head, Reply reply) {
        EXPECT_TRUE(head.body.empty());
        EXPECT_TRUE(head.ruled);
        const std::lock_guard guard(mutex);
        asked.push_back(std::move(reply));
    };
    const auto answer_with = [&](int said) {
        Client client = served.client();
        const std::string raw = form(part("name=\"f\"; filename=\"a\"", std::string(300'000, 'x')) + "--B--\r\n");
        client.send(raw.substr(0, 200'000));  // the buffers of both ends take it
        EXPECT_TRUE(eventually([&] { return std::lock_guard(mutex), !asked.empty(); }));
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        EXPECT_EQ(served.files(), 0u);
        Answer answer;
        answer.status = said;
        asked.back()(std::move(answer));
        asked.clear();
        client.send(raw.substr(200'000));
        return client.response().status;
    };
    EXPECT_EQ(answer_with(403), 403);
    EXPECT_TRUE(parts.empty());
    EXPECT_EQ(answer_with(100), 200);
    ASSERT_EQ(parts.size(), 1u);
    EXPECT_EQ(parts[0].size, 300'000u);
    served.handler.admits = [](const Request&, Reply) {};  // forgets the question
    EXPECT_EQ(status(form(part("name=\"f\"; filename=\"a\"", "x") + "--B--\r\n")), 500);
    served.handler.admits = [](const Request&, Reply) { throw std::runtime_error("broken"); };
    EXPECT_EQ(status(form(part("name=\"f\"; filename=\"a\"", "x") + "--B--\r\n")), 500);
}

// `100 Continue` is the promise to read on: it is not given before.
TEST_F(Upload, a_client_that_asks_first_is_answered_first) {
    rule.ask = true;
    int said = 401;
    served.handler.admits = [&](const Request&, Reply reply) {
        Answer answer;
        answer.status = said;
        reply(std::move(answer));
    };
    const std::string body = part("name=\"f\"; filename=\"a\"", "x") + "--B--\r\n";
    const std::string head = form(body, "multipart/form-data; boundary=B\r\nExpect: 100-continue");
    Client refused = served.client();
    refused.send(head.substr(0, head.size() - body.size()));
    EXPECT_EQ(refused.response().status, 401);
    said = 100;
    Client welcome = served.client();
    welcome.send(head.substr(0, head.size() - body.size()));
    EXPECT_TRUE(eventually([&] { return welcome.fill(0), welcome.input().find("\r\n\r\n") != std::string::npos; }));
    EXPECT_EQ(welcome.input().substr(0, 12), "HTTP/1.1 100");
    welcome.input().clear();
    welcome.send(body);
    EXPECT_EQ(welcome.response().status, 200);
}

TEST(UploadLimits, all_uploads_together_are_bounded_and_give_their_room_back) {
    Served served([](Options& options) { options.limits.uploads_bytes = 1 << 20; });
    served.handler.rule = [](const Request&) { return BodyRule{.limit_bytes = 8 << 20, .multipart = true}; };
    served.handler.on = [](Request&& request, Reply reply) {
        request.parts.clear();  // done with them before the answer
        reply(Answer{});
    };
    const auto sized = [](std::size_t bytes) {
        return form(part("name=\"f\"; filename=\"a\"", std::string(bytes, 'x')) + "--B--\r\n");
    };
    EXPECT_EQ(served.ask(sized(2 << 20)).status, 503);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(served.ask(sized(900'000)).status, 200);
    Client half = served.client();
    half.send(sized(900'000).substr(0, 600'000));
    EXPECT_TRUE(eventually([&] { return served.files() == 1; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(served.ask(sized(900'000)).status, 503) << "another one has the room";
    half.close();
    EXPECT_TRUE(eventually([&] { return served.ask(sized(900'000)).status == 200; }));
    EXPECT_TRUE(eventually([&] { return served.files() == 0; }));
}

TEST(UploadLimits, uploads_leave_the_disk_some_room) {
    const auto folder = std::filesystem::temp_directory_path().string();
    constexpr std::uint64_t endless = std::uint64_t(1) << 62;
    UploadRoom room(folder, endless, 1 << 20);
    EXPECT_FALSE(room.fits(1 << 10));
    EXPECT_EQ(room.fits(endless / 2).status, 507) << "no disk has so much";
    EXPECT_EQ(room.take(endless / 2).status, 507);
    EXPECT_EQ(room.used(), 0u);
    EXPECT_FALSE(room.take(1 << 10));
    EXPECT_EQ(room.used(), 1u << 10);
    EXPECT_EQ(UploadRoom(folder, 100, 0).take(101).status, 503);
}

TEST(UploadLimits, a_body_earns_time_but_not_for_ever) {
    Served served([](Options& options) {
        options.limits.body_ms = options.limits.body_earned_ms = 150;
        options.limits.rate_bytes_s = 1;
    });
    Client client = served.client();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n" + std::string(1000, 'x'));
    const auto begun = since_start_ms();
    EXPECT_EQ(client.response().status, 408);
    EXPECT_LT(since_start_ms() - begun, 3000);
}

TEST_F(Upload, a_client_that_leaves_leaves_no_file) {
    {
        Client client = served.client();
        const std::string raw = form(part("name=\"f\"; filename=\"a\"", std::string(200'000, 'x')) + "--B--\r\n");
        client.send(raw.substr(0, raw.size() / 2));
        EXPECT_TRUE(eventually([&] { return served.files() == 1; }));
    }
    EXPECT_TRUE(eventually([&] { return served.files() == 0; }));
}

TEST_F(Upload, a_folder_that_cannot_be_written_is_a_507) {
    std::filesystem::remove_all(served.folder);
    EXPECT_EQ(status(form(part("name=\"f\"; filename=\"a\"", "x") + "--B--\r\n")), 507);
    std::filesystem::create_directory(served.folder);
}

TEST(Multipart, reads_the_same_however_it_is_cut) {
    const BodyRule rule{.multipart = true};
    const std::string body = part("name=\"a\"", "x\r\n--\r\n--A\r\n-") + part("name=\"b\"", "") + "--B--\r\n";
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
        Multipart form("B", rule, 1000, [] { return std::string(); });
        ASSERT_FALSE(form.take(body.substr(0, cut)));
        ASSERT_FALSE(form.take(body.substr(cut)));
        ASSERT_FALSE(form.finish());
        ASSERT_EQ(form.parts().size(), 2u);
        ASSERT_EQ(form.parts()[0].value, "x\r\n--\r\n--A\r\n-");
        ASSERT_EQ(form.parts()[1].value, "");
    }
}

TEST(Multipart, old_uploads_of_a_crash_are_swept) {
    std::string folder = (std::filesystem::temp_directory_path() / "yl-http-XXXXXX").string();
    folder = ::mkdtemp(folder.data());
    for (const char* name : {"/yl-upload-old", "/yl-upload-new", "/mine"}) std::ofstream(folder + name) << "x";
    const Time now = Env::real().now();
    const utimbuf old{now.ms / 1000 - 100'000, now.ms / 1000 - 100'000};
    ::utime((folder + "/yl-upload-old").c_str(), &old);
    ::utime((folder + "/mine").c_str(), &old);
    sweep_uploads(folder, now);
    EXPECT_FALSE(std::filesystem::exists(folder + "/yl-upload-old"));
    EXPECT_TRUE(std::filesystem::exists(folder + "/yl-upload-new"));
    EXPECT_TRUE(std::filesystem::exists(folder + "/mine"));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace yuanliu::http
