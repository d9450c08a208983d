#include "platform/vision/helper.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/env.hpp"
#include "base/error.hpp"
#include "platform/vision/codes.hpp"
#include "platform/vision/lines.hpp"
#include "platform/vision/ways.hpp"
#include "platform/vision/wire.hpp"

namespace yuanliu::vision {
namespace {

constexpr rlim_t memory_max = rlim_t{1} << 30;  // of addresses; a photo at the limit of its pixels takes a quarter
constexpr int politeness = 5;                   // photos wait for everything else the machine has to do

void limit(__rlimit_resource what, rlim_t most) {
    const rlimit both{most, most};
    ::setrlimit(what, &both);
}

void give_up_rights() {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
#ifndef __SANITIZE_ADDRESS__  // whose shadow is larger than any machine
    limit(RLIMIT_AS, memory_max);
#endif
    static_cast<void>(::nice(politeness));
    // The libraries complain of broken files there; strangers must not write the log.
    if (const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
}

class Helper {
 public:
    std::string answer(const Question& question) {
        auto& env = Env::real();
        const auto until = env.monotonic_ms() + question.within_ms;
        const Late late = [&env, until] { return env.monotonic_ms() >= until; };
        switch (question.ask) {
            case Ask::photo: return to_json(open(question.body));
            case Ask::squares: return to_json(Symbols{read_squares(picture_, late)});
            case Ask::bars: return to_json(Symbols{read_bars(picture_, late)});
            case Ask::print: return to_json(print(question.body, late));
        }
        throw internal("no such question");
    }

 private:
    Opened open(std::string_view file) {
        looked_.reset();
        try {
            picture_ = load(file);
            return {{}, picture_.damaged};
        } catch (const Error& refusal) {
            picture_ = {};
            return {refusal.code, false};
        }
    }

    Print print(std::string_view which, const Late& late) {
        const Way& way = ways.at(which.empty() ? ways.size() : std::size_t(which.front()));
        if (!engine_) engine_ = Engine::load();
        if (!engine_) return {false, {}};
        if (looked_ != way.look) lines_ = find_lines(picture_, way.look);
        looked_ = way.look;
        return {true, read_lines(way, late)};
    }

    // Every line both ways round; fewer once it is late.
    std::vector<Reading> read_lines(const Way& way, const Late& late) {
        std::vector<Reading> out;
        for (const Line& line : lines_) {
            const int more = way.longer ? std::max(0, code_letters - line.letters) : 0;
            for (const bool upside_down : {false, true}) {
                const Picture straight = cut_out(picture_, line, {way.letter_px, upside_down, more}, way.look);
                auto reading = engine_->read(straight, way.alphabet, late);
                if (!reading) return out;
                if (!reading->glyphs.empty()) out.push_back(std::move(*reading));
            }
        }
        return out;
    }

    Picture picture_;
    std::unique_ptr<Engine> engine_;
    std::optional<Look> looked_;
    std::vector<Line> lines_;
};

}  // namespace

int serve_photos() {
    give_up_rights();
    Helper helper;
    try {
        for (Question question; take_question(STDIN_FILENO, question);)
            if (!send_answer(STDOUT_FILENO, helper.answer(question))) break;
    } catch (const std::exception&) {
        ::_exit(1);  // out of memory, or a library's own exception: the next photo gets a new helper
    }
    ::_exit(0);  // without the libraries' farewells, which take longer than the whole photo
}

}  // namespace yuanliu::vision
