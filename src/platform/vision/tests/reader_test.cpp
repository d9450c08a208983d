// Turns, deadlines, helpers that fail: what happens around the reading.
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "kit/temp_folder.hpp"
#include "platform/vision/tests/vision_kit.hpp"

namespace yuanliu::vision {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Outcome = PhotoReader::Photo::Outcome;

class ReaderTest : public ::testing::Test {
 protected:
    std::string label_photo(bool hurt = false) {
        auto scene = photos::desk(1000, 750, chance_);
        const auto label =
            hurt ? scratched("50x30", code_, chance_) : photos::label(layout_of("50x30"), fields_of(code_));
        photos::lay(scene, label, {.share = 0.9});
        return photos::jpeg(scene);
    }
    static bool comes(const std::function<bool()>& wish) {
        for (int i = 0; i < 1000; ++i) {
            if (wish()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }
    // Ends every child of this thread, as the system does that has no memory left.
    static int kill_children() {
        std::ifstream list("/proc/thread-self/children");
        int killed = 0;
        for (pid_t child; list >> child; ++killed) ::kill(child, SIGKILL);
        return killed;
    }

    FakeEnv env_;
    photos::Chance chance_{77};
    const std::string code_ = test_mint().mint(env_);
};

TEST_F(ReaderTest, helpers_come_with_photos_and_go_after_them) {
    PhotoReader reader(Env::real(), {.idle_ms = 50});
    EXPECT_EQ(reader.helpers(), 0);
    const auto bytes = label_photo(true);
    EXPECT_THAT(read(reader, bytes).codes, ElementsAre(code_));
    EXPECT_TRUE(comes([&] { return reader.helpers() == 0; }));
    EXPECT_THAT(read(reader, bytes).codes, ElementsAre(code_));
    PhotoReader patient(Env::real(), {.idle_ms = 3'600'000});
    read(patient, bytes);
    EXPECT_EQ(patient.helpers(), 1);
    read(patient, bytes);
    EXPECT_EQ(patient.helpers(), 1);  // the same again
}

TEST_F(ReaderTest, beyond_the_turns_and_the_queue_is_told_to_come_again) {
    PhotoReader reader(env_, {.at_once = 1, .waiting_max = 1});
    const auto bytes = label_photo();
    auto first = std::make_unique<PhotoReader::Photo>(reader.open(bytes));
    std::vector<Symbol> seen;
    std::thread second([&] { seen = reader.open(bytes).symbols(); });
    EXPECT_TRUE(comes([&] { return reader.waiting() == 1; }));
    EXPECT_EQ(refusal([&] { reader.open("no picture"); }), "vision.not_a_picture");  // which takes no turn to say
    try {
        reader.open(bytes);
        FAIL() << "a third photo was taken";
    } catch (const Error& e) {
        EXPECT_EQ(e.code, "vision.busy");
        EXPECT_EQ(e.fault, Fault::busy);
        EXPECT_GT(e.retry_after_s, 0);
    }
    first.reset();
    second.join();
    EXPECT_EQ(seen.size(), 1U);
}

TEST_F(ReaderTest, a_helper_that_was_killed_meanwhile_is_replaced) {
    PhotoReader reader(env_);
    const auto bytes = label_photo(true);
    EXPECT_THAT(read(reader, bytes).codes, ElementsAre(code_));
    ASSERT_EQ(kill_children(), 1);
    EXPECT_THAT(read(reader, bytes).codes, ElementsAre(code_));
    // And one that is killed between two questions about the same photo.
    auto photo = reader.open(bytes);
    ASSERT_EQ(kill_children(), 1);
    EXPECT_THAT(photo.symbols(), IsEmpty());
    bool seen = false;
    EXPECT_EQ(photo.print([&](const auto& readings) { return seen = !readings.empty(); }), Outcome::done);
    EXPECT_TRUE(seen);
}

TEST_F(ReaderTest, a_photo_that_brings_the_code_reader_down_is_read_by_its_print) {
    PhotoReader reader(env_, {.helper = {"/proc/self/exe", "abort-on-squares"}});
    for (int i = 0; i < 2; ++i) {
        const auto said = read(reader, label_photo(true));
        EXPECT_THAT(said.symbols, IsEmpty());
        EXPECT_THAT(said.codes, ElementsAre(code_));
    }
}

TEST_F(ReaderTest, a_helper_that_never_answers_is_not_waited_for) {
    PhotoReader reader(Env::real(), {.deadline_ms = 200, .helper = {"/bin/sleep", "600"}});
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(refusal([&] { reader.open(label_photo()); }), "vision.unreadable");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
    EXPECT_EQ(kill_children(), 0);  // it is gone already
}

TEST_F(ReaderTest, helpers_that_end_or_talk_nonsense_cost_only_their_photo) {
    for (const std::vector<std::string>& helper :
         {std::vector<std::string>{"/bin/false"}, {"/bin/cat"}, {"/bin/echo", "x"}}) {
        PhotoReader reader(Env::real(), {.deadline_ms = 1'000, .helper = helper});
        EXPECT_EQ(refusal([&] { reader.open(label_photo()); }), "vision.unreadable") << helper.front();
    }
    PhotoReader reader(env_, {.helper = {"/nowhere/at/all"}});
    EXPECT_EQ(refusal([&] { reader.open(label_photo()); }), "internal");
    EXPECT_EQ(refusal([&] { reader.open(label_photo()); }), "internal");  // its turn came back
    EXPECT_EQ(refusal([&] { reader.open(label_photo()); }), "internal");
}

TEST_F(ReaderTest, time_that_runs_out_ends_the_reading) {
    PhotoReader reader(env_, {.deadline_ms = 5'000});
    const auto bytes = label_photo(true);
    auto photo = reader.open(bytes);
    env_.advance(4'999);
    int looks = 0;
    const auto outcome = photo.print([&](const auto&) {
        ++looks;
        env_.advance(2);
        return false;
    });
    EXPECT_EQ(outcome, Outcome::out_of_time);
    EXPECT_EQ(looks, 1);
    EXPECT_THAT(reader.open(bytes).symbols(), IsEmpty());  // the next one has all its time
}

TEST_F(ReaderTest, without_language_data_codes_are_still_read) {
    TempFolder empty;
    ::setenv("TESSDATA_PREFIX", empty.path().c_str(), 1);
    PhotoReader reader(env_);
    const auto whole = read(reader, label_photo());
    const auto hurt = read(reader, label_photo(true));
    ::unsetenv("TESSDATA_PREFIX");
    EXPECT_EQ(whole.symbols.size(), 1U);
    EXPECT_THAT(hurt.codes, IsEmpty());
    EXPECT_EQ(hurt.outcome, Outcome::unavailable);
}

TEST_F(ReaderTest, broken_files_and_files_of_other_kinds) {
    PhotoReader reader(env_);
    EXPECT_EQ(refusal([&] { reader.open("only some words"); }), "vision.not_a_picture");
    auto scene = photos::desk(300, 200, chance_);
    const auto png = photos::png(scene);
    EXPECT_EQ(refusal([&] { reader.open(std::string_view(png).substr(0, png.size() / 2)); }), "vision.unreadable");
    EXPECT_EQ(reader.helpers(), 1);  // which is still there for the next
    EXPECT_THAT(read(reader, png).symbols, IsEmpty());
}

}  // namespace
}  // namespace yuanliu::vision
