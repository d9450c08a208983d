// Tesseract's line recogniser, held by the .cpp file: some 30 MB while it is loaded.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/vision/picture.hpp"
#include "platform/vision/seen.hpp"

namespace yuanliu::vision {

// One thread at a time.
class Engine {
 public:
    // Null when the language data (eng.traineddata) are not installed.
    static std::unique_ptr<Engine> load();
    ~Engine();
    Engine(const Engine&) = delete;

    // What the letters of such a line may be. Codes of ours are capitals and digits; other makers' need not be.
    enum class Alphabet : std::uint8_t { ours, any };
    // One line of print, upright. `late` is asked often; once it says so the reading ends with nothing.
    std::optional<Reading> read(const Picture& line, Alphabet alphabet, const std::function<bool()>& late);

 private:
    struct Body;
    explicit Engine(std::unique_ptr<Body> body);
    std::unique_ptr<Body> body_;
};

}  // namespace yuanliu::vision
