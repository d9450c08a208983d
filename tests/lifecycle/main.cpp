#include <gtest/gtest.h>

#include "platform/vision/helper.hpp"

// Photos are read by a helper, which is this program again.
int main(int argc, char** argv) {
    if (argc == 2 && argv[1] == yuanliu::vision::helper_word) return yuanliu::vision::serve_photos();
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
