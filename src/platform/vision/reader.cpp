// Who reads when: turns, deadlines, and helpers that come with photos and go after them.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "base/error.hpp"
#include "base/process.hpp"
#include "platform/vision/picture.hpp"
#include "platform/vision/vision.hpp"
#include "platform/vision/ways.hpp"
#include "platform/vision/wire.hpp"

namespace yuanliu::vision {
namespace {

constexpr int retry_after_s = 2;
constexpr std::int64_t grace_ms = 1'000;  // that a helper has to notice that it is late, before it is ended

// Only what it needs: nobody's secrets.
std::vector<std::string> helper_environment() {
    std::vector<std::string> out{"LC_ALL=C", "OMP_THREAD_LIMIT=1"};  // a team of threads would only wait for each other
    if (const char* folder = std::getenv("TESSDATA_PREFIX")) out.push_back(std::string("TESSDATA_PREFIX=") + folder);
    return out;
}

}  // namespace

struct PhotoReader::Body {
    Body(Env& env, ReaderOptions options) : env(env), options(std::move(options)), free(this->options.at_once) {}
    ~Body() {
        {
            const std::lock_guard guard(mutex);
            stopping = true;
        }
        changed.notify_all();
        if (keeper.joinable()) keeper.join();
    }

    void take_turn();
    void give_turn(std::unique_ptr<Companion> helper);
    std::unique_ptr<Companion> take_helper();
    void keep();

    Env& env;
    const ReaderOptions options;
    mutable std::mutex mutex;
    std::condition_variable changed;
    int free, waiting = 0;
    std::vector<std::unique_ptr<Companion>> idle;  // helpers that nobody talks to just now
    std::int64_t last_used_ms = 0;
    bool kept = false;  // the keeper runs
    bool told = false;  // the log says that the language data are missing
    bool stopping = false;
    std::thread keeper;
};

void PhotoReader::Body::take_turn() {
    std::unique_lock guard(mutex);
    if (free == 0) {
        if (waiting == options.waiting_max) throw Error(Fault::busy, "vision.busy").retry_after(retry_after_s);
        ++waiting;
        changed.wait(guard, [&] { return free > 0; });
        --waiting;
    }
    --free;
}

void PhotoReader::Body::give_turn(std::unique_ptr<Companion> helper) {
    const std::lock_guard guard(mutex);
    ++free;
    last_used_ms = env.monotonic_ms();
    if (helper) idle.push_back(std::move(helper));
    if (!idle.empty() && !kept) {
        if (keeper.joinable()) keeper.join();  // it has ended
        kept = true;
        keeper = std::thread([this] { keep(); });
    }
    changed.notify_all();
}

std::unique_ptr<Companion> PhotoReader::Body::take_helper() {
    {
        const std::lock_guard guard(mutex);
        if (!idle.empty()) {
            auto helper = std::move(idle.back());
            idle.pop_back();
            return helper;
        }
    }
    return std::make_unique<Companion>(options.helper, helper_environment());
}

// Runs from the first photo until no more have come for a while, and then lets the helpers go.
void PhotoReader::Body::keep() {
    std::unique_lock guard(mutex);
    const auto pause = std::chrono::milliseconds(std::min<std::int64_t>(options.idle_ms, 1'000));
    const auto quiet = [&] { return free == options.at_once && env.monotonic_ms() - last_used_ms >= options.idle_ms; };
    while (!stopping && !quiet()) changed.wait_for(guard, pause);
    idle.clear();
    kept = false;
}

// One photo's conversation with its helper.
class PhotoReader::Talk {
 public:
    Talk(Body& body, std::string_view bytes) : body_(body), bytes_(bytes) {
        body_.take_turn();
        until_ms_ = body_.env.monotonic_ms() + body_.options.deadline_ms;
    }
    ~Talk() { body_.give_turn(std::move(helper_)); }
    Talk(const Talk&) = delete;

    Opened open() {
        auto opened = ask<Opened>(Ask::photo, std::string(bytes_));
        // An idle helper may have been ended by the system, for its memory.
        if (!opened && !late()) opened = ask<Opened>(Ask::photo, std::string(bytes_));
        if (!opened) throw invalid("vision.unreadable");
        return *opened;
    }

    // Nothing when time has run out, or when the helper died over it: then the next question finds a new one, which
    // knows the photo.
    template <Described T>
    std::optional<T> ask_again(Ask ask, std::string words = {}) {
        if (!helper_ && (late() || !this->ask<Opened>(Ask::photo, std::string(bytes_)))) return std::nullopt;
        return this->ask<T>(ask, std::move(words));
    }

    bool late() const { return body_.env.monotonic_ms() >= until_ms_; }
    Body& body() { return body_; }

 private:
    template <Described T>
    std::optional<T> ask(Ask ask, std::string words) {
        if (!helper_) helper_ = body_.take_helper();
        const std::int64_t left = std::max<std::int64_t>(1, until_ms_ - body_.env.monotonic_ms());
        const auto begun = std::chrono::steady_clock::now();
        const Late too_late = [&] {
            return std::chrono::steady_clock::now() - begun > std::chrono::milliseconds(left + grace_ms);
        };
        const int socket = helper_->socket();
        if (send_question(socket, {ask, left, std::move(words)}, too_late)) {
            if (const auto answer = take_answer(socket, too_late)) {
                try {
                    return from_json<T>(*answer);
                } catch (const Error& e) {
                    spdlog::error("the photo helper {} answered nonsense: {}", helper_->id(), e.what());
                }
            }
        }
        const auto id = helper_->id();
        const auto how = helper_->end();
        spdlog::warn("the photo helper {} ended ({}) over question {}{}", id, how, int(ask),
                     too_late() ? ", because it took too long" : "");
        helper_.reset();
        return std::nullopt;
    }

    Body& body_;
    std::string_view bytes_;
    std::int64_t until_ms_ = 0;
    std::unique_ptr<Companion> helper_;
};

PhotoReader::PhotoReader(Env& env, ReaderOptions options) : body_(std::make_unique<Body>(env, std::move(options))) {}
PhotoReader::~PhotoReader() = default;

int PhotoReader::helpers() const {
    const std::lock_guard guard(body_->mutex);
    return int(body_->idle.size()) + body_->options.at_once - body_->free;
}

int PhotoReader::waiting() const {
    const std::lock_guard guard(body_->mutex);
    return body_->waiting;
}

PhotoReader::Photo PhotoReader::open(std::string_view bytes) {
    read_header(bytes);  // what is no picture takes no turn
    Photo photo(std::make_unique<Talk>(*body_, bytes));
    const auto opened = photo.talk_->open();
    if (!opened.refused.empty()) throw invalid("vision.unreadable");
    photo.damaged_ = opened.damaged;
    return photo;
}

PhotoReader::Photo::Photo(std::unique_ptr<Talk> talk) : talk_(std::move(talk)) {}
PhotoReader::Photo::Photo(Photo&&) noexcept = default;
PhotoReader::Photo::~Photo() = default;

std::vector<Symbol> PhotoReader::Photo::symbols() {
    std::vector<Symbol> out;
    for (const Ask ask : {Ask::squares, Ask::bars})
        if (auto seen = talk_->ask_again<Symbols>(ask))
            for (Symbol& symbol : seen->symbols)
                if (int(out.size()) < symbols_max) out.push_back(std::move(symbol));
    return out;
}

PhotoReader::Photo::Outcome PhotoReader::Photo::print(const std::function<bool(const std::vector<Reading>&)>& enough) {
    for (std::size_t way = 0; way < ways.size(); ++way) {
        const auto seen = talk_->ask_again<Print>(Ask::print, std::string(1, char(way)));
        if (seen && !seen->available) {
            auto& body = talk_->body();
            const std::lock_guard guard(body.mutex);
            if (!std::exchange(body.told, true))
                spdlog::warn(
                    "printed serials on photos cannot be read: Tesseract finds no eng.traineddata (package "
                    "tesseract-ocr-eng); codes on photos are read as ever");
            return Outcome::unavailable;
        }
        if (seen && enough(seen->readings)) break;
        if (talk_->late()) return Outcome::out_of_time;
    }
    return Outcome::done;
}

}  // namespace yuanliu::vision
