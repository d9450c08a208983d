// The steps on the disk, over a disk that fails on request.
#include "base/disk.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/env.hpp"
#include "base/error.hpp"
#include "kit/faulty_files.hpp"
#include "kit/temp_folder.hpp"

namespace yuanliu::disk {
namespace {

class Disk : public ::testing::Test {
 protected:
    std::string read() const {
        std::ifstream file(path_);
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }
    std::size_t entries() const {
        std::size_t n = 0;
        for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_.path())) ++n;
        return n;
    }
    // What writing the file was refused with.
    Fault refusal(bool fresh = false) {
        try {
            fresh ? void(write_new_file(files_, path_, "new")) : write_file(files_, path_, "new");
        } catch (const Error& error) {
            return error.fault;
        }
        ADD_FAILURE() << "nothing was refused";
        return Fault::internal;
    }
    TempFolder folder_;
    const std::string path_ = folder_.file("a");
    FaultyFiles files_;
};

TEST_F(Disk, a_file_appears_whole_and_for_its_owner_alone) {
    files_.at_once = 7;  // as a signal or a nearly full disk cuts a write
    write_file(files_, path_, std::string(1000, 'x'));
    EXPECT_EQ(read(), std::string(1000, 'x'));
    EXPECT_EQ(files_.syncs, 2) << "the file and its name";
    struct stat facts {};
    ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600u);
    write_file(files_, path_, "second");
    EXPECT_EQ(read(), "second");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(Disk, what_fails_leaves_the_old_file_and_no_draft) {
    write_file(files_, path_, "old");
    files_.room = 2;
    EXPECT_EQ(refusal(), Fault::no_space);
    files_.room = -1;
    files_.fail_syncs = EIO;
    EXPECT_EQ(refusal(), Fault::internal);
    files_.fail_syncs = 0;
    files_.fail_renames = EROFS;
    EXPECT_EQ(refusal(), Fault::internal);
    EXPECT_EQ(refusal(true), Fault::internal);
    files_.fail_renames = 0;
    EXPECT_EQ(read(), "old");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(Disk, a_new_file_never_takes_the_place_of_another) {
    EXPECT_TRUE(write_new_file(files_, path_, "first"));
    EXPECT_FALSE(write_new_file(files_, path_, "second"));
    EXPECT_EQ(read(), "first");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(Disk, a_lock_goes_with_its_descriptor) {
    auto held = locked(files_, path_, LOCK_EX);
    const auto other = open(files_, path_, O_RDWR);
    EXPECT_NE(::flock(other.get(), LOCK_EX | LOCK_NB), 0);
    held = Fd();
    EXPECT_EQ(::flock(other.get(), LOCK_EX | LOCK_NB), 0);
}

TEST_F(Disk, the_env_of_the_process_writes_to_the_real_one) {
    write_file(Env::real().files(), path_, "real");
    EXPECT_EQ(read(), "real");
    EXPECT_EQ(&Env::real().files(), &Files::real());
}

}  // namespace
}  // namespace yuanliu::disk
