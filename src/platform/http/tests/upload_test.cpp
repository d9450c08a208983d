#include <sys/stat.h>
#include <utime.h>

#include <fstream>
#include <sstream>

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
