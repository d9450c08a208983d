// Threads and what they share.
//
//   pump     the only one that talks to the queue: stores outcomes and progress, takes new jobs; one transaction for
//   all
//            that has gathered meanwhile, so that thousands of small jobs share an fsync
//   workers  run handlers
//   beat     renews the leases, and hears of jobs cancelled through other instances
//   clock    keeps the clock when this instance is the leader: schedules, rescue
//
// How many jobs are taken ahead follows from how long they take: about ahead_ms of work, and none beyond the workers
// when they are long, so that no job lies here while another instance could run it.
#include "platform/jobs/runner.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <thread>

#include "base/base64.hpp"
#include "platform/jobs/clockwork.hpp"
#include "platform/jobs/hand.hpp"
#include "platform/jobs/leader.hpp"

namespace yuanliu::jobs {
namespace {

using Steady = std::chrono::steady_clock;
using Ms = std::chrono::milliseconds;

constexpr double ahead_ms = 100;
constexpr int in_hand_max = 512;
constexpr Ms progress_every{500};
constexpr Ms idle_hand_back{1000};  // jobs that no worker got to in this time go back

std::string worker_name(Env& env) {
    std::array<unsigned char, 4> bytes{};
    env.random(bytes);
    std::array<char, 65> host{};
    ::gethostname(host.data(), host.size() - 1);
    return fmt::format("{}:{}:{}", host.data(), ::getpid(),
                       hex_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

// Whether the database is to blame and not what it was given: then all of it is tried again later.
bool will_pass(const std::exception& e) {
    const auto* error = dynamic_cast<const Error*>(&e);
    return error && (error->fault == Fault::busy || error->fault == Fault::no_space);
}

}  // namespace

struct Runner::Impl {
    using Held = std::shared_ptr<InHand>;
    struct Ended {
        Held hand;
        Outcome outcome;
    };

    Impl(Database& database, Registry& the_registry, RunnerOptions the_options)
        : db(database),
          registry(the_registry),
          options(the_options),
          kinds(registry.kinds()),
          env(database.read([](Rx& rx) { return &rx.env(); })),
          name(worker_name(*env)),
          lead(database, *env, name) {}

    void start();
    bool stop(int deadline_ms);
    void join_workers();
    RunnerStats stats() const;

    void work();
    void run_one(const Held& hand);
    void pump();
    void look_for_more();
    void pump_once();
    using Plain = std::vector<std::pair<Id<Job>, int>>;  // completed, and nothing else to say of them
    void store(std::vector<Ended>& batch, const std::vector<Held>& told, const std::vector<Held>& back);
    std::int64_t store_apart(const std::vector<Ended*>& special, const std::vector<Held>& told,
                             const std::vector<Held>& back, const Plain& plain);
    bool store_alone(Ended& item);
    static bool store_one(Tx& tx, InHand& hand, const Outcome& outcome);
    static void tell(Tx& tx, InHand& hand);
    static void give_back(Tx& tx, const std::vector<Held>& back);
    void note(const Ended& ended, bool accepted);
    std::vector<Held> stale_hands();
    int room() const;
    void forget(const std::vector<Held>& hands);

    void beat();
    void renew_leases();
    void hear_cancels();
    void clock();
    void tick(Steady::time_point& rescue_at);
    template <class Step>
    void every(std::condition_variable& bell, std::int64_t ms, const char* what, Step step);
    std::vector<Held> started() const;

    Database& db;
    Registry& registry;
    const RunnerOptions options;
    const std::vector<std::string> kinds;
    Env* const env;
    const std::string name;
    Leadership lead;  // of the clock thread

    mutable std::mutex mutex;
    std::condition_variable pump_bell, work_bell, beat_bell, clock_bell, end_bell;
    std::deque<Held> ready;    // taken, not started
    std::vector<Held> all;     // ready and running
    std::vector<Ended> ended;  // to be stored
    RunnerStats figures;
    double mean_ms = 1e9;  // of a job, moving
    int busy = 0;          // workers at work
    bool rung = true, cancels = false;
    bool closing = false;  // take nothing more
    bool done = false;     // all threads end
    Steady::time_point looked_at{}, progress_at{}, moved_at{};

    std::vector<std::thread> helpers, workers;
    std::shared_ptr<void> listening;
};

// ---- life ----

void Runner::Impl::start() {
    if (!helpers.empty()) throw internal("a job runner is started once");
    const int left = db.write([&](Tx& tx) {
        store_schedules(tx, registry);
        return options.alone ? rescue_all(tx) : 0;
    });
    if (left > 0) spdlog::warn("{} job(s) were left by a process that stopped without a word", left);
    figures.rescued += left;
    listening = registry.bell().listen([this](Doorbell::Ring what) {
        {
            const std::lock_guard guard(mutex);
            (what == Doorbell::Ring::work ? rung : cancels) = true;
        }
        (what == Doorbell::Ring::work ? pump_bell : beat_bell).notify_one();
    });
    helpers.emplace_back([this] { pump(); });
    helpers.emplace_back([this] { beat(); });
    if (options.clock) helpers.emplace_back([this] { clock(); });
    for (int i = 0; i < options.workers; ++i) workers.emplace_back([this] { work(); });
}

bool Runner::Impl::stop(int deadline_ms) {
    bool in_time = true;
    {
        std::unique_lock guard(mutex);
        if (closing || helpers.empty()) return all.empty();
        closing = true;
        for (const auto& hand : all) hand->stop(Halt::shutdown);
        pump_bell.notify_all();
        in_time = end_bell.wait_for(guard, Ms(deadline_ms), [&] { return all.empty(); });
        if (!in_time)
            for (const auto& hand : all)
                if (!hand->given_up) hand->given_up = true, ended.push_back({hand, {Outcome::What::released}});
        pump_bell.notify_all();
        // The pump stores what is left, however long the last transaction takes, within the same time again.
        end_bell.wait_for(guard, Ms(deadline_ms), [&] { return ended.empty() && all.empty(); });
        done = true;
    }
    for (auto* bell : {&pump_bell, &work_bell, &beat_bell, &clock_bell}) bell->notify_all();
    listening.reset();
    for (auto& thread : helpers) thread.join();
    lead.release();
    if (in_time) join_workers();
    return in_time;
}

void Runner::Impl::join_workers() {
    for (auto& thread : workers) thread.join();
    workers.clear();
}

RunnerStats Runner::Impl::stats() const {
    const std::lock_guard guard(mutex);
    auto out = figures;
    out.in_hand = std::int64_t(all.size());
    return out;
}

// ---- workers ----

void Runner::Impl::work() {
    for (;;) {
        Held hand;
        {
            std::unique_lock guard(mutex);
            work_bell.wait(guard, [&] { return done || !ready.empty(); });
            if (ready.empty()) return;
            hand = std::move(ready.front());
            ready.pop_front();
            hand->started = true;
            ++busy;
            moved_at = Steady::now();
        }
        run_one(hand);
    }
}

void Runner::Impl::run_one(const Held& hand) {
    const auto* entry = registry.find(hand->job.kind);
    Context context(db, *hand);
    const auto began = Steady::now();
    auto outcome =
        run_handler([&] { entry->handler(context, hand->job.args.value); }, *hand, entry->options.retry_cap_ms);
    const double took_ms = std::chrono::duration<double, std::milli>(Steady::now() - began).count();
    {
        const std::lock_guard guard(mutex);
        --busy;
        mean_ms = mean_ms > 1e8 ? took_ms : mean_ms * 0.8 + took_ms * 0.2;
        moved_at = Steady::now();
        if (hand->given_up) return;  // the queue has it back already
        ended.push_back({hand, std::move(outcome)});
    }
    pump_bell.notify_one();
}

// ---- pump ----

int Runner::Impl::room() const {
    if (closing) return 0;
    const int want =
        std::clamp(int(options.workers * ahead_ms / std::max(mean_ms, 0.01)), options.workers, in_hand_max);
    // While all workers are busy with something long, what else is taken would only wait.
    if (busy >= options.workers && Steady::now() - moved_at > idle_hand_back) return 0;
    return std::max(0, want - int(all.size()) + int(ended.size()));
}

// Jobs taken ahead that no worker got to: others may have time for them. All of them when the process is stopping.
std::vector<Runner::Impl::Held> Runner::Impl::stale_hands() {
    if (ready.empty() || (!closing && Steady::now() - moved_at < idle_hand_back)) return {};
    std::vector<Held> back(ready.begin(), ready.end());
    ready.clear();
    return back;
}

void Runner::Impl::pump() {
    for (;;) {
        {
            std::unique_lock guard(mutex);
            const auto poll = std::min<std::int64_t>(options.poll_ms, progress_every.count());
            pump_bell.wait_for(guard, Ms(poll), [&] {
                return done || !ended.empty() || (rung && room() > 0) || (closing && !ready.empty());
            });
            if (done) return;
        }
        try {
            pump_once();
            look_for_more();
        } catch (const std::exception& e) {
            // Outcomes stay in `ended` until they are stored; leases that run out meanwhile are somebody else's.
            spdlog::warn("the job queue cannot be reached now: {}", e.what());
            std::unique_lock guard(mutex);
            pump_bell.wait_for(guard, Ms(options.poll_ms), [&] { return done; });
        }
    }
}

// Stores what has gathered: outcomes, progress, jobs to hand back.
void Runner::Impl::pump_once() {
    std::vector<Ended> batch;
    std::vector<Held> told, back;
    {
        const std::lock_guard guard(mutex);
        batch = ended;
        back = stale_hands();
        if (Steady::now() - progress_at >= progress_every) {
            progress_at = Steady::now();
            for (const auto& hand : all)
                if (hand->started && !hand->given_up) told.push_back(hand);
        }
    }
    std::erase_if(told, [](const Held& hand) {
        const std::lock_guard guard(hand->mutex);
        return !std::exchange(hand->fresh, false);
    });
    if (batch.empty() && told.empty() && back.empty()) return;
    try {
        store(batch, told, back);
    } catch (...) {
        const std::lock_guard guard(mutex);
        ready.insert(ready.end(), back.begin(), back.end());
        throw;
    }
    {
        const std::lock_guard guard(mutex);
        ended.erase(ended.begin(), ended.begin() + std::ptrdiff_t(batch.size()));
    }
    std::vector<Held> gone = std::move(back);
    for (auto& item : batch) gone.push_back(std::move(item.hand));
    forget(gone);
}

void Runner::Impl::store(std::vector<Ended>& batch, const std::vector<Held>& told, const std::vector<Held>& back) {
    Plain plain;
    std::vector<Ended*> special;
    for (auto& item : batch) {
        const auto& hand = *item.hand;
        if (hand.settled || hand.stored) continue;
        const bool simple = item.outcome.what == Outcome::What::completed && hand.job.creator_id == 0 &&
                            !hand.job.schedule_id && hand.traces.empty();
        if (simple)
            plain.emplace_back(hand.job.id, hand.job.attempt);
        else
            special.push_back(&item);
    }
    std::vector<bool> accepted;
    std::int64_t plain_accepted = 0;
    try {
        plain_accepted = db.write([&](Tx& tx) {
            accepted.clear();
            for (const auto* item : special) accepted.push_back(store_one(tx, *item->hand, item->outcome));
            for (const auto& hand : told) tell(tx, *hand);
            give_back(tx, back);
            return settle_completed(tx, plain);
        });
        for (std::size_t i = 0; i < special.size(); ++i) note(*special[i], accepted[i]);
    } catch (const std::exception& e) {
        if (will_pass(e)) throw;
        spdlog::warn("the outcomes of {} job(s) could not be stored at once, now one by one: {}", batch.size(),
                     e.what());
        plain_accepted = store_apart(special, told, back, plain);
    }
    const std::lock_guard guard(mutex);
    figures.completed += plain_accepted + std::count_if(batch.begin(), batch.end(),
                                                        [](const Ended& e) { return e.hand->settled.load(); });
    figures.fenced += std::int64_t(plain.size()) - plain_accepted;
}

// The database answers and refuses: something among these cannot be stored. The others must not wait for it.
std::int64_t Runner::Impl::store_apart(const std::vector<Ended*>& special, const std::vector<Held>& told,
                                       const std::vector<Held>& back, const Plain& plain) {
    for (auto* item : special) {
        const bool accepted = store_alone(*item);
        item->hand->stored = true;
        note(*item, accepted);
    }
    for (const auto& hand : told) try {
            db.write([&](Tx& tx) { tell(tx, *hand); });
        } catch (const std::exception& e) {
            if (will_pass(e)) throw;
            spdlog::warn("the progress of job {} cannot be stored: {}", hand->job.id.value, e.what());
        }
    return db.write([&](Tx& tx) {
        give_back(tx, back);
        return settle_completed(tx, plain);
    });
}

// False when the attempt had lost its lease, or when not even its failure can be stored: then the lease runs out, and
// the rescue does the rest.
bool Runner::Impl::store_alone(Ended& item) {
    const auto& job = item.hand->job;
    try {
        return db.write([&](Tx& tx) { return store_one(tx, *item.hand, item.outcome); });
    } catch (const std::exception& e) {
        if (will_pass(e)) throw;
        spdlog::error("job {} ({}), attempt {}: what it left cannot be stored: {}", job.id.value, job.kind, job.attempt,
                      e.what());
        item.outcome = without_traces(item.outcome, e.what());
    }
    try {
        return db.write([&](Tx& tx) { return settle(tx, job.id, job.attempt, item.outcome, {}); });
    } catch (const std::exception& e) {
        if (will_pass(e)) throw;
        spdlog::error("job {} ({}), attempt {}: its end cannot be stored: {}", job.id.value, job.kind, job.attempt,
                      e.what());
        return false;
    }
}

bool Runner::Impl::store_one(Tx& tx, InHand& hand, const Outcome& outcome) {
    const std::lock_guard guard(hand.mutex);
    return settle(tx, hand.job.id, hand.job.attempt, outcome, hand.traces);
}

void Runner::Impl::tell(Tx& tx, InHand& hand) {
    const std::lock_guard guard(hand.mutex);
    store_progress(tx, hand.job.id, hand.job.attempt, hand.traces);
}

void Runner::Impl::give_back(Tx& tx, const std::vector<Held>& back) {
    for (const auto& hand : back) settle(tx, hand->job.id, hand->job.attempt, {Outcome::What::released}, {});
}

void Runner::Impl::note(const Ended& item, bool accepted) {
    const std::lock_guard guard(mutex);
    if (!accepted) {
        ++figures.fenced;
        spdlog::warn("job {} attempt {} ended after its lease was gone; its outcome does not count",
                     item.hand->job.id.value, item.hand->job.attempt);
        return;
    }
    switch (item.outcome.what) {
        case Outcome::What::completed: ++figures.completed; break;
        case Outcome::What::cancelled: ++figures.cancelled; break;
        case Outcome::What::discarded: ++figures.discarded; break;
        case Outcome::What::failed: ++figures.failed; break;
        case Outcome::What::later: ++figures.snoozed; break;
        case Outcome::What::released: break;
    }
}

void Runner::Impl::forget(const std::vector<Held>& hands) {
    const std::lock_guard guard(mutex);
    std::vector<const InHand*> gone;
    for (const auto& hand : hands) gone.push_back(hand.get());
    std::sort(gone.begin(), gone.end());
    std::erase_if(all, [&](const Held& hand) { return std::binary_search(gone.begin(), gone.end(), hand.get()); });
    if (all.empty() && ended.empty()) end_bell.notify_all();
}

// Takes new jobs when the bell rang, or when the last look is poll_ms ago.
void Runner::Impl::look_for_more() {
    int wanted = 0;
    {
        const std::lock_guard guard(mutex);
        wanted = room();
        const bool due = rung || Steady::now() - looked_at >= Ms(options.poll_ms);
        if (wanted == 0 || !due || kinds.empty()) return;
        rung = false;
        looked_at = Steady::now();
    }
    const auto ids = db.read([&](Rx& rx) { return candidates(rx, kinds, wanted); });
    if (ids.empty()) return;
    auto taken = db.write([&](Tx& tx) { return take(tx, ids, name, options.lease_ms); });
    {
        const std::lock_guard guard(mutex);
        for (auto& job : taken) {
            auto hand = std::make_shared<InHand>(std::move(job), options.lease_ms);
            if (closing) hand->stop(Halt::shutdown);
            ready.push_back(hand);
            all.push_back(std::move(hand));
        }
        moved_at = Steady::now();
        // There was as much as we could take: there may be more.
        if (int(ids.size()) == wanted && !taken.empty()) rung = true;
    }
    work_bell.notify_all();
}

// ---- beat and clock ----

template <class Step>
void Runner::Impl::every(std::condition_variable& bell, std::int64_t ms, const char* what, Step step) {
    for (;;) {
        {
            std::unique_lock guard(mutex);
            bell.wait_for(guard, Ms(ms), [&] { return done || (&bell == &beat_bell && cancels); });
            if (done) return;
            if (&bell == &beat_bell) cancels = false;
        }
        try {
            step();
        } catch (const std::exception& e) {
            spdlog::warn("{}: {}", what, e.what());
        }
    }
}

void Runner::Impl::beat() {
    auto next_beat = Steady::now() + Ms(options.beat_ms);
    every(beat_bell, options.poll_ms, "the leases of running jobs", [&] {
        if (Steady::now() >= next_beat) {
            next_beat = Steady::now() + Ms(options.beat_ms);
            renew_leases();
        }
        hear_cancels();
    });
}

std::vector<Runner::Impl::Held> Runner::Impl::started() const {
    const std::lock_guard guard(mutex);
    std::vector<Held> out;
    for (const auto& hand : all)
        if (hand->started && !hand->given_up) out.push_back(hand);
    return out;
}

void Runner::Impl::renew_leases() {
    std::vector<Held> hands;
    {
        const std::lock_guard guard(mutex);
        hands = all;
        for (const auto& item : ended) std::erase(hands, item.hand);
    }
    if (hands.empty()) return;
    for (const auto& hand : hands) {
        const std::lock_guard guard(hand->mutex);
        hand->lease_due = true;
    }
    const auto lost = db.write([&](Tx& tx) {
        std::vector<Held> gone;
        for (const auto& hand : hands)
            if (!hand->settled && !renew(tx, hand->job.id, hand->job.attempt, options.lease_ms)) gone.push_back(hand);
        return gone;
    });
    for (const auto& hand : lost) hand->stop(Halt::lost);
}

void Runner::Impl::hear_cancels() {
    const auto hands = started();
    if (hands.empty()) return;
    const auto ids = db.read([&](Rx& rx) { return cancel_requests(rx, name); });
    for (const auto& hand : hands)
        if (std::find(ids.begin(), ids.end(), hand->job.id) != ids.end()) hand->stop(Halt::cancel);
}

void Runner::Impl::clock() {
    auto rescue_at = Steady::now();
    every(clock_bell, options.tick_ms, "the clock of jobs", [&] { tick(rescue_at); });
}

void Runner::Impl::tick(Steady::time_point& rescue_at) {
    const bool leader = lead.hold();
    {
        const std::lock_guard guard(mutex);
        figures.leader = leader;
    }
    if (!leader) return;
    for (auto id : db.read([](Rx& rx) { return due_schedules(rx); }))
        db.write([&](Tx& tx) {
            lead.fence(tx);
            fire(tx, id);
        });
    if (Steady::now() < rescue_at) return;
    rescue_at = Steady::now() + Ms(options.rescue_ms);
    const int rescued = db.write([](Tx& tx) { return rescue(tx); });
    const std::lock_guard guard(mutex);
    figures.rescued += rescued;
    if (rescued > 0) spdlog::warn("{} job(s) were taken from workers that stopped without a word", rescued);
}

Runner::Runner(Database& db, Registry& registry, RunnerOptions options) : impl_(new Impl(db, registry, options)) {}
Runner::~Runner() {
    stop();
    impl_->join_workers();
}
void Runner::start() { impl_->start(); }
bool Runner::stop(int deadline_ms) { return impl_->stop(deadline_ms); }
RunnerStats Runner::stats() const { return impl_->stats(); }

}  // namespace yuanliu::jobs
