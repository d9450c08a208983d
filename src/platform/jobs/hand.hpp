// A job in the hands of this process, shared by the worker that runs it and the threads around it.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <utility>

#include "platform/jobs/context.hpp"
#include "platform/jobs/queue.hpp"

namespace yuanliu::jobs {

struct InHand {
    InHand(Claimed claimed, std::int64_t lease_ms) : job(std::move(claimed)), lease_ms(lease_ms) {}

    const Claimed job;
    const std::int64_t lease_ms;
    std::atomic<Halt> halt{Halt::none};
    std::atomic<bool> told{false};     // the handler has asked and heard that it shall end
    std::atomic<bool> settled{false};  // completed inside complete(): there is nothing left to report
    bool started = false;              // under the Runner's lock
    bool stored = false;               // the pump's: its outcome was stored while that of another could not be
    bool given_up = false;             // under the Runner's lock: the lease was handed back while the handler went on

    // What the handler has told so far; `fresh` when progress is not written yet.
    std::mutex mutex;
    Traces traces;
    bool fresh = false;
    bool lease_due = false;  // set by each beat
    bool busy_step = false;  // the last step has written the job's own row
    std::chrono::steady_clock::time_point said_at;

    // What the step that begins now is to write of the job itself: the lease after a beat, what is not said yet about
    // twice a second, and never anything in two steps running. Whoever waits for the row, to cancel the job, has to
    // begin again when he finds it changed; after a step that only held it he gets it.
    struct Due {
        bool lease = false;
        std::optional<Traces> unsaid;
    };
    Due due_in_step() {
        const std::lock_guard guard(mutex);
        const auto now = std::chrono::steady_clock::now();
        const bool say = now - said_at >= std::chrono::milliseconds(500);
        busy_step = !busy_step && (say || lease_due);
        if (!busy_step) return {};
        Due due{std::exchange(lease_due, false), {}};
        if (say) said_at = now;
        if (say && fresh) due.unsaid = traces;
        return due;
    }

    // The first reason stays, but a lost lease outdoes the others: then nothing more may be reported.
    void stop(Halt why) {
        Halt none = Halt::none;
        if (why == Halt::lost)
            halt = why;
        else
            halt.compare_exchange_strong(none, why);
    }
};

// What counts instead of an outcome that cannot be stored together with what the handler left: without it, a job that
// had completed has failed.
Outcome without_traces(const Outcome& outcome, std::string_view why);

// Runs the handler and says what became of it; never throws.
Outcome run_handler(const std::function<void()>& handler, const InHand& hand, std::int64_t retry_cap_ms);

}  // namespace yuanliu::jobs
