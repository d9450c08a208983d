#include "platform/files/files.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "embed/texts.hpp"
#include "kit/db_test.hpp"
#include "kit/temp_folder.hpp"
#include "platform/files/sniff.hpp"

namespace yuanliu::files {
namespace {

// The smallest files of their kind.
const std::string png =
    base64_decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
        .value();
const std::string jpeg("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9", 22);

class FilesTest : public DbTest {
 protected:
    void SetUp() override {
        DbTest::SetUp();
        db().parts().add(store);
    }
    std::vector<Migration> migrations() const override {
        std::vector<Migration> out;
        for (const auto& text : embedded_migrations())
            if (text.module == "files") out.push_back({text.module, int(out.size()) + 1, text.name, text.text});
        return out;
    }
    std::string write(const std::string& name, std::string_view bytes) {
        auto path = folder.file(name);
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    static std::string read(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    template <class F>
    static std::string code_of(F&& work) {
        try {
            work();
        } catch (const Error& e) {
            return e.code;
        }
        return "";
    }
    // Makes a file look as if nobody had touched it for so long.
    static void age(const std::string& path, int days) {
        timespec times[2]{};
        ::clock_gettime(CLOCK_REALTIME, &times[0]);
        times[0].tv_sec -= days * 86'400;
        times[1] = times[0];
        ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
    }
    Result download(const Actor& actor, Id<File> id) {
        Routes all;
        files::routes(all);
        all.check();
        Arguments arguments;
        std::vector<std::string_view> allowed;
        const auto path = "/api/files/" + std::to_string(id.value) + "/";
        const Route* route = all.match("GET", path, arguments.path, allowed);
        actor.require(route->permission);
        auto verb = route->prepare(arguments);
        db().read([&](Rx& rx) { verb->run({.rx = &rx, .actor = &actor}); });
        return verb->result();
    }
    static Actor person(std::int64_t id, std::vector<std::string> permissions = {}) {
        Actor actor;
        actor.user_id = id;
        actor.permissions = std::make_shared<Permissions>(Permissions{false, std::move(permissions)});
        return actor;
    }

    TempFolder folder;
    FileStore store{folder.file("store"), env()};
};
YL_BOTH_DATABASES(FilesTest);

TEST_P(FilesTest, keeps_content_under_its_fingerprint_once) {
    auto stored = store.store_from(write("a.png", png), "a.png", photos());
    EXPECT_EQ(stored.sha256, hex_encode(view(sha256(png))));
    EXPECT_EQ(stored.size, std::int64_t(png.size()));
    EXPECT_EQ(stored.media_type, "image/png");
    EXPECT_EQ(read(store.path(stored.sha256)), png);
    struct stat before {
    }, after{};
    ASSERT_EQ(::stat(store.path(stored.sha256).c_str(), &before), 0);
    EXPECT_EQ(before.st_mode & 0777, 0600u);
    EXPECT_EQ(store.store_from(write("b.png", png), "b.png").sha256, stored.sha256);
    ASSERT_EQ(::stat(store.path(stored.sha256).c_str(), &after), 0);
    EXPECT_EQ(before.st_ino, after.st_ino) << "never rewritten";
    EXPECT_TRUE(std::filesystem::is_empty(folder.file("store/tmp")));
}

TEST_P(FilesTest, refuses_what_does_not_belong) {
    EXPECT_EQ(code_of([&] { store.store_from(write("e", ""), "e.png", photos()); }), "files.empty");
    EXPECT_EQ(code_of([&] { store.store_from(write("p", png), "p.png", {.bytes_max = 10}); }), "files.too_large");
    EXPECT_EQ(
        code_of([&] { store.store_from(write("h", "<html><script>alert(1)</script></html>"), "h.png", photos()); }),
        "files.type_refused");
    EXPECT_EQ(code_of([&] { store.store_from(write("j", jpeg), "j.png", photos()); }), "files.type_mismatch");
    EXPECT_EQ(code_of([&] {
                  store.store_from(write("x",
                                         "\x7f"
                                         "ELF\x02\x01\x01"),
                                   "x.pdf");
              }),
              "files.type_mismatch");
    EXPECT_TRUE(std::filesystem::is_empty(folder.file("store/tmp"))) << "nothing is left behind";
    EXPECT_EQ(code_of([&] { store.path(std::string(64, 'a')); }), "files.gone");
}

TEST_P(FilesTest, serves_owners_and_readers_as_a_download) {
    auto stored = store.store_from(write("a.jpg", jpeg), "a.jpg", photos());
    auto file = db().write([&](Tx& tx) { return add(tx, stored, "../../etc/\"照片\".jpg", "repair.photo", 7); });
    EXPECT_EQ(file.name.value, "照片.jpg");
    auto content = download(person(7), file.id).content.value();
    EXPECT_EQ(content.type, "image/jpeg");
    EXPECT_EQ(content.filename, "照片.jpg");
    EXPECT_EQ(read(content.file), jpeg);
    EXPECT_THAT(content.headers, testing::Contains(testing::Pair("X-Content-Type-Options", "nosniff")));
    EXPECT_NO_THROW(download(person(1, {"files.read"}), file.id));
    EXPECT_EQ(code_of([&] { download(person(8), file.id); }), "not_found");
    EXPECT_EQ(code_of([&] { download(person(7), Id<File>{999}); }), "not_found");
    EXPECT_EQ(code_of([&] { download(Actor{}, file.id); }), "unauthenticated");
}

TEST_P(FilesTest, sweeps_what_no_row_speaks_of_and_nobody_touched_for_a_day) {
    auto kept = store.store_from(write("a.png", png), "a.png"),
         orphan = store.store_from(write("b.jpg", jpeg), "b.jpg"),
         fresh = store.store_from(write("c.txt", "plain text"), "c.txt");
    auto row = db().write([&](Tx& tx) { return add(tx, kept, "a.png", "test", 1); });
    age(store.path(kept.sha256), 3), age(store.path(orphan.sha256), 3);
    EXPECT_EQ(store.sweep(db()).removed, 1);
    EXPECT_NO_THROW(store.path(kept.sha256));
    EXPECT_NO_THROW(store.path(fresh.sha256));
    EXPECT_EQ(code_of([&] { store.path(orphan.sha256); }), "files.gone");
    // Storing the same content again makes it young: its row may come any moment.
    db().write([&](Tx& tx) { remove(tx, row.id); });
    age(store.path(kept.sha256), 3);
    store.store_from(write("a2.png", png), "a2.png");
    EXPECT_EQ(store.sweep(db()).removed, 0);
    age(store.path(kept.sha256), 3);
    EXPECT_EQ(store.sweep(db()).removed, 1);
}

TEST_P(FilesTest, results_have_fresh_paths_and_an_end) {
    auto a = store.new_path("csv"), b = store.new_path("csv");
    EXPECT_NE(a, b);
    EXPECT_TRUE(a.ends_with(".csv"));
    EXPECT_EQ(store.absolute(store.relative(a)), a);
    EXPECT_THROW(store.new_path("../x"), Error);
    EXPECT_THROW(store.relative("/etc/passwd"), Error);
    std::ofstream(a) << "old";
    std::ofstream(b) << "new";
    age(a, FileStore::results_days + 1);
    EXPECT_EQ(store.sweep(db()).removed, 1);
    EXPECT_FALSE(std::filesystem::exists(a));
    EXPECT_TRUE(std::filesystem::exists(b));
}

TEST_P(FilesTest, many_store_the_same_content_while_sweeps_run) {
    std::vector<std::thread> threads;
    std::atomic<int> failures{0};
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            auto source = write("same" + std::to_string(t), png);
            for (int i = 0; i < 10; ++i) {
                auto stored = store.store_from(source, "x.png");
                if (read(store.path(stored.sha256)) != png) ++failures;
                if (t == 0) store.sweep(db());
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace yuanliu::files
