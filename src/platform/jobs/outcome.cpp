// From how a handler ended to what happens to its job.
#include <spdlog/spdlog.h>

#include "base/text.hpp"
#include "platform/jobs/hand.hpp"

namespace yuanliu::jobs {
namespace {

constexpr std::size_t text_max = 1000, arg_max = 200;  // code points of an error kept with the job

std::string kept(std::string_view text, std::size_t max) {
    return is_utf8(text) ? std::string(clip(text, max)) : std::string("(not text)");
}

JobError error_of(std::string code, std::string_view text) { return {{}, 0, std::move(code), kept(text, text_max)}; }

// So that people can be told in their own language.
std::optional<Dictionary> args_of(const Error& e) {
    Dictionary out;
    for (const auto& [name, value] : e.args) out.entries[name] = kept(value, arg_max);
    return out.entries.empty() ? std::nullopt : std::optional(std::move(out));
}

// Refusals that the same arguments will meet again tomorrow.
bool for_good(Fault fault) {
    switch (fault) {
        case Fault::unreadable:
        case Fault::invalid:
        case Fault::forbidden:
        case Fault::not_found:
        case Fault::unsupported:
        case Fault::too_large: return true;
        default: return false;
    }
}

std::string text_of(const Error& e) {
    std::string text = e.log_text;
    for (const auto& [name, value] : e.args) text += (text.empty() ? "" : "; ") + name + " = " + value;
    for (const auto& field : e.fields) text += (text.empty() ? "" : "; ") + field.field + ": " + field.code;
    return text;
}

Outcome of_error(const Error& e) {
    Outcome out;
    out.error = error_of(e.code, text_of(e));
    out.error->args = args_of(e);
    if (e.fault == Fault::too_many) {
        out.what = Outcome::What::later;
        out.delay_ms = std::max(1, e.retry_after_s) * std::int64_t(1000);
    } else {
        out.what = for_good(e.fault) ? Outcome::What::discarded : Outcome::What::failed;
    }
    return out;
}

Outcome interrupted(Halt why) {
    if (why == Halt::cancel) return {Outcome::What::cancelled};
    return {Outcome::What::released};
}

}  // namespace

Outcome without_traces(const Outcome& outcome, std::string_view why) {
    using enum Outcome::What;
    Outcome out = outcome;
    if (out.what == completed) out.what = failed;
    if (out.what == failed || out.what == discarded)
        out.error = error_of("internal", "what the job left cannot be stored: " + kept(why, text_max));
    return out;
}

Outcome run_handler(const std::function<void()>& handler, const InHand& hand, std::int64_t retry_cap_ms) {
    Outcome out;
    try {
        handler();
        if (hand.told && !hand.settled) return interrupted(hand.halt);
        return out;
    } catch (const Interrupted&) {
        if (hand.halt != Halt::none) return interrupted(hand.halt);
        out.what = Outcome::What::failed;
        out.error = error_of("internal", "the handler gave up without being asked to");
    } catch (const Snooze& e) {
        out.what = Outcome::What::later;
        out.delay_ms = std::max<std::int64_t>(0, e.delay_ms);
        return out;
    } catch (const Permanent& e) {
        out.what = Outcome::What::discarded;
        out.error = error_of(e.code, e.text);
    } catch (const Error& e) {
        out = of_error(e);
    } catch (const std::exception& e) {
        out.what = Outcome::What::failed;
        out.error = error_of("internal", e.what());
    } catch (...) {
        out.what = Outcome::What::failed;
        out.error = error_of("internal", "something that is no exception was thrown");
    }
    out.retry_cap_ms = retry_cap_ms;
    spdlog::warn("job {} ({}), attempt {}: {} {}", hand.job.id.value, hand.job.kind, hand.job.attempt, out.error->code,
                 out.error->text);
    return out;
}

}  // namespace yuanliu::jobs
