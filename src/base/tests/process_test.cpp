#include "base/process.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.hpp"

namespace yuanliu {
namespace {

// All that it says, to its end.
std::string said_by(const Companion& companion) {
    std::string out;
    char buffer[4096];
    for (ssize_t n; (n = ::read(companion.socket(), buffer, sizeof buffer)) > 0;) out.append(buffer, std::size_t(n));
    return out;
}

TEST(Process, a_program_is_run_to_its_end) {
    EXPECT_EQ(run_program({"true"}), "");
    EXPECT_EQ(run_program({"sh", "-c", "echo broken >&2; exit 3"}), "broken\n");
    EXPECT_NE(run_program({"/nowhere/at/all"}), "");
    EXPECT_EQ(run_program({"sh", "-c", "test \"$YL_WORD\" = kept"}, {.environment = {"YL_WORD=kept"}}), "");
}

TEST(Process, a_companion_is_talked_to) {
    Companion cat({"/bin/cat"}, {});
    ASSERT_EQ(::send(cat.socket(), "hello", 5, MSG_NOSIGNAL), 5);
    char buffer[5];
    ASSERT_EQ(::recv(cat.socket(), buffer, 5, MSG_WAITALL), 5);
    EXPECT_EQ(std::string(buffer, 5), "hello");
    ::shutdown(cat.socket(), SHUT_WR);
    EXPECT_EQ(said_by(cat), "");  // it has heard of the end
}

TEST(Process, a_companion_gets_nothing_of_ours) {
    ::setenv("YL_SECRET", "not for others", 1);
    const Companion env({"/usr/bin/env"}, {"ONLY=this"});
    ::unsetenv("YL_SECRET");
    EXPECT_EQ(said_by(env), "ONLY=this\n");
    // The socket as 0 and 1, our standard error as 2, and the folder that is being listed.
    const Companion list({"/bin/sh", "-c", "ls /proc/self/fd | wc -l"}, {"PATH=/usr/bin:/bin"});
    EXPECT_EQ(said_by(list), "4\n");
}

TEST(Process, how_a_companion_ended) {
    Companion sleeper({"/bin/sleep", "600"}, {});
    EXPECT_EQ(sleeper.end(), "signal 9");
    EXPECT_EQ(sleeper.end(), "");
    Companion failing({"/bin/sh", "-c", "exit 3"}, {});
    said_by(failing);
    EXPECT_EQ(failing.end(), "exit code 3");
    EXPECT_THROW(Companion({"/nowhere/at/all"}, {}), Error);
}

}  // namespace
}  // namespace yuanliu
