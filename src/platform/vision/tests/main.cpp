#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "base/process.hpp"
#include "platform/vision/helper.hpp"
#include "platform/vision/wire.hpp"

namespace {

using namespace yuanliu;
using namespace yuanliu::vision;

// A helper that a library brings down over every QR code; else a real one answers.
int serve_until_a_square() {
    Companion real({"/proc/self/exe", std::string(helper_word)}, {"OMP_THREAD_LIMIT=1"});
    for (Question question; take_question(STDIN_FILENO, question);) {
        if (question.ask == Ask::squares) std::abort();
        send_question(real.socket(), question, {});
        send_answer(STDOUT_FILENO, take_answer(real.socket(), {}).value_or("{}"));
    }
    return 0;
}

}  // namespace

// Photos are read by a helper, which is this program again.
int main(int argc, char** argv) {
    const std::string_view word = argc == 2 ? argv[1] : "";
    if (word == helper_word) return serve_photos();
    if (word == "abort-on-squares") return serve_until_a_square();
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
