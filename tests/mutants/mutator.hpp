// Bends good samples into bad ones.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace yuanliu::mutants {

class Mutator {
 public:
    Mutator(unsigned seed, std::vector<std::string> samples) : dice_(seed), samples_(std::move(samples)) {}

    // One of the samples with one to eight changes: bytes flipped, cut out, repeated, set to what readers stumble over,
    // or taken from another sample.
    std::string next();
    // Where to cut a text that arrives in pieces; at least 1.
    std::size_t piece(std::size_t most) { return 1 + below(most); }

 private:
    std::size_t below(std::size_t n) {
        return n == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, n - 1)(dice_);
    }
    void change(std::string& text);

    std::mt19937 dice_;
    std::vector<std::string> samples_;
};

// From YL_SEED, or of this run; printed by the first who asks.
unsigned seed();
// How many mutants a reader is shown: YL_MUTANTS, or `usual`.
int rounds(int usual);
// A text as it may stand in a message.
std::string shown(std::string_view bytes);

}  // namespace yuanliu::mutants
