// What PhotoReader and its helper say to each other: one question after another over a socket, each with its answer.
// Answers are JSON of the Records below, and are checked like any stranger's: the helper has read a stranger's file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "platform/describe/record.hpp"
#include "platform/vision/seen.hpp"

namespace yuanliu::vision {

enum class Ask : std::uint8_t {
    photo,    // body: the file. Answer: Opened
    squares,  // QR codes of that photo. Answer: Symbols
    bars,     // its bar codes. Answer: Symbols
    print,    // body: one byte, which of the ways to look at its print. Answer: Print
};

struct Question {
    Ask ask = Ask::photo;
    std::int64_t within_ms = 0;
    std::string body;
};

// A Fault and its code where the photo is refused, else nothing.
struct Opened {
    std::string refused;
    bool damaged = false;
};
YL_RECORD(Opened, "vision.opened", refused, damaged)

struct Symbols {
    std::vector<Symbol> symbols;
};
YL_RECORD(Symbols, "vision.symbols", symbols)

struct Print {
    bool available = true;  // false: no language data
    std::vector<Reading> readings;
};
YL_RECORD(Print, "vision.print", available, readings)

// Both ends. Return false when the other end is gone, sends what it must not, or `late` has come.
using Late = std::function<bool()>;
bool send_question(int socket, const Question& question, const Late& late);
bool take_question(int socket, Question& question);  // waits as long as it takes
bool send_answer(int socket, std::string_view json);
std::optional<std::string> take_answer(int socket, const Late& late);

inline constexpr std::size_t question_bytes_max = 32 << 20, answer_bytes_max = 4 << 20;

}  // namespace yuanliu::vision
