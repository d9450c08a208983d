#include "platform/print/zip.hpp"

#include <sys/resource.h>

#include <csignal>

#include "platform/print/qr.hpp"
#include "platform/print/tests/print_kit.hpp"

namespace yuanliu::print {
namespace {

constexpr Time modified{1'714'552'200'000};  // 2024-05-01T08:30:00Z

TEST(Zip, another_program_reads_it_back) {
    const Scratch scratch;
    const std::string path = scratch.path("codes.zip");
    const std::string png = qr_png(encode_qr("QR001"));
    const std::string text(100'000, 'a');
    {
        ZipWriter zip(path, modified);
        zip.add("codes/QR001.png", png);
        zip.add("说明.txt", text, ZipMethod::deflate);
        zip.add("empty", "");
        zip.add("random.bin", png, ZipMethod::deflate);  // grows when packed: stored after all
        EXPECT_EQ(zip.members(), 4u);
        EXPECT_FALSE(std::filesystem::exists(path));
        zip.finish();
    }
    EXPECT_EQ(scratch.files(), 1u);
    run("unzip -tq " + path);
    EXPECT_EQ(run("unzip -p " + path + " codes/QR001.png"), png);
    EXPECT_EQ(run("unzip -p " + path + " random.bin"), png);
    EXPECT_EQ(run("LC_ALL=C.UTF-8 unzip -p " + path + " 说明.txt"), text);
    const std::string list = run("TZ=UTC LC_ALL=C.UTF-8 zipinfo -T " + path);
    EXPECT_NE(list.find("20240501.083000 codes/QR001.png"), std::string::npos) << list;
    EXPECT_NE(list.find("说明.txt"), std::string::npos) << list;
    EXPECT_LT(std::filesystem::file_size(path), 3'000u);
}

TEST(Zip, holds_more_members_than_the_old_format_in_level_memory) {
    const Scratch scratch;
    const std::string path = scratch.path("many.zip");
    ZipWriter zip(path, modified);
    const std::string png = qr_png(encode_qr("QR001"), 1);
    zip.add("code-first.png", png);
    const std::int64_t before = live_heap_bytes();
    for (int i = 0; i < 70'000; ++i) zip.add("code-" + std::to_string(i) + ".png", png);
    EXPECT_LT(live_heap_bytes() - before, 64 * 1024);
    zip.finish();
    EXPECT_NE(run("zipinfo -t " + path).find("70001 files"), std::string::npos);
    EXPECT_EQ(run("unzip -p " + path + " code-69999.png"), png);
    run("unzip -tq " + path);
}

TEST(Zip, an_empty_archive_is_an_archive) {
    const Scratch scratch;
    ZipWriter zip(scratch.path("empty.zip"), modified);
    zip.finish();
    EXPECT_EQ(load(scratch.path("empty.zip")), std::string("PK\5\6") + std::string(18, '\0'));
    EXPECT_EQ(refusal([&] { zip.finish(); }), "internal");
}

TEST(Zip, refuses_names_that_lead_astray) {
    const Scratch scratch;
    ZipWriter zip(scratch.path("x.zip"), modified);
    for (const std::string name : {"", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", "a\\b", "a\nb"})
        EXPECT_EQ(refusal([&] { zip.add(name, "x"); }), "print.bad_member_name") << name;
    EXPECT_EQ(refusal([&] { zip.add(std::string(1001, 'a'), "x"); }), "print.bad_member_name");
    EXPECT_EQ(refusal([&] { zip.add("..a/b..", "x"); }), "");
    EXPECT_EQ(zip.members(), 1u);
}

TEST(Zip, leaves_nothing_unless_finished_nor_on_a_full_disk) {
    const Scratch scratch;
    {
        ZipWriter zip(scratch.path("x.zip"), modified);
        zip.add("a", "x");
    }
    EXPECT_EQ(scratch.files(), 0u);
    EXPECT_EQ(refusal([&] { ZipWriter(scratch.path("no/x.zip"), modified); }), "internal");

    std::signal(SIGXFSZ, SIG_IGN);
    rlimit old_limit{};
    getrlimit(RLIMIT_FSIZE, &old_limit);
    const rlimit limit{1'000'000, old_limit.rlim_max};
    std::string refused;
    {
        ZipWriter zip(scratch.path("x.zip"), modified);
        setrlimit(RLIMIT_FSIZE, &limit);
        refused = refusal([&] {
            for (int i = 0; i < 100; ++i) zip.add(std::to_string(i), std::string(50'000, 'x'));
            zip.finish();
        });
        setrlimit(RLIMIT_FSIZE, &old_limit);
        EXPECT_EQ(refusal([&] { zip.finish(); }), "internal");  // a broken archive never gets its name
    }
    EXPECT_EQ(refused, "no_space");
    EXPECT_EQ(scratch.files(), 0u);
}

}  // namespace
}  // namespace yuanliu::print
