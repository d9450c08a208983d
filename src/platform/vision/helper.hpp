// The other process: it unpacks and reads what strangers send, so that a picture that brings a library down brings down
// nothing else. (Debian's ZXing and Tesseract are built with their assertions, and ZXing 1.4 fails some of its own over
// ordinary photos.)
#pragma once

#include <string_view>

namespace yuanliu::vision {

// The word on the command line that makes a process a helper. Whatever program holds a PhotoReader must hand over to
// serve_photos() when this is its only word.
inline constexpr std::string_view helper_word = "read-photos";

// Answers questions on the standard input's socket until that ends; returns the exit code. Gives up the right to write
// files, to leave a core file of a stranger's photo, and to take memory without end.
int serve_photos();

}  // namespace yuanliu::vision
