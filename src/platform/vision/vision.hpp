// Photos of labels, read: QR and bar codes, and the printed serial where those are damaged.
//
//     auto photo = reader.open(bytes);
//     for (const auto& symbol : photo.symbols()) …
//     photo.print([&](const std::vector<Reading>& readings) { return found_what_I_look_for; });
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "platform/vision/seen.hpp"

namespace yuanliu::vision {

struct ReaderOptions {
    int at_once = 2;                   // photos read at the same time, each by a helper of its own
    int waiting_max = 1;               // that wait for their turn, so that photos never take all workers of the edge
    std::int64_t deadline_ms = 8'000;  // for one photo, from its turn on
    std::int64_t idle_ms = 60'000;     // without photos, after which the helpers end
    std::vector<std::string> helper = {"/proc/self/exe", "read-photos"};  // see helper.hpp
};

// Thread-safe; a part of the Database. Blocks while it reads: call it from a worker, never on an I/O thread or inside a
// transaction. Keeps nothing of a photo. The work is done in helper processes, which come with the first photo and go
// when no more come.
class PhotoReader {
    struct Body;
    class Talk;

 public:
    explicit PhotoReader(Env& env, ReaderOptions options = {});
    ~PhotoReader();
    PhotoReader(const PhotoReader&) = delete;

    // A photo under way; it has its turn until it is destroyed. The bytes must outlive it.
    class Photo {
     public:
        Photo(Photo&&) noexcept;
        ~Photo();

        // Every different code, at most symbols_max; fewer when time runs out.
        std::vector<Symbol> symbols();
        // The file was cut off or broken within: what was not found may have been in the rest.
        bool damaged() const { return damaged_; }

        enum class Outcome : std::uint8_t { done, out_of_time, unavailable };
        // Lines of print, looked at in one way after the other until `enough` says so of what one look has read: every
        // line the right way and upside down, one of them nonsense. `unavailable`: the language data are not installed.
        Outcome print(const std::function<bool(const std::vector<Reading>&)>& enough);

     private:
        friend class PhotoReader;
        explicit Photo(std::unique_ptr<Talk> talk);
        std::unique_ptr<Talk> talk_;
        bool damaged_ = false;
    };

    // Throws busy `vision.busy` when at_once are being read and waiting_max wait; unsupported `vision.not_a_picture`
    // for what is no JPEG, PNG or WebP; too_large `vision.too_many_pixels`; invalid `vision.unreadable` for a broken
    // picture, or one that takes too long to unpack.
    Photo open(std::string_view bytes);

    // How many helpers there are just now, and photos that wait for their turn.
    int helpers() const;
    int waiting() const;

 private:
    std::unique_ptr<Body> body_;
};

}  // namespace yuanliu::vision
