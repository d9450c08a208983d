// A job in the hands of this process, shared by the worker that runs it and the threads around it.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>

#include "platform/jobs/context.hpp"
#include "platform/jobs/queue.hpp"

namespace yuanliu::jobs {

struct InHand {
    explicit InHand(Claimed claimed) : job(std::move(claimed)) {}

    const Claimed job;
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
