// What connected people are told without asking.
#include <set>

#include "modules/notices/rules.hpp"
#include "platform/describe/json.hpp"

namespace yuanliu::notices {
namespace {

// A row bears the instant at which its transaction began and shows when that is committed: so much later at most.
constexpr std::int64_t overlap_ms = 20'000;
constexpr int rows_max = 5'000;  // of one look; beyond it people still learn their number of unread notices

std::string unread_message(std::int64_t count) {
    return "{\"type\":\"unread\",\"count\":" + std::to_string(count) + "}";
}

std::string notice_message(const NoticeView& view) {
    std::string fields = to_json(view);
    return "{\"type\":\"notice\"," + fields.substr(1);
}

}  // namespace

void NoticeNews::greet(Rx& rx, std::int64_t user, live::Outbox& out) {
    const auto count = count_unread(rx, user);
    counted_[user] = count;
    out.to(user, live::Message(unread_message(count)));
}

void NoticeNews::count(Rx& rx, std::int64_t user, live::Outbox& out) {
    const auto count = count_unread(rx, user);
    const auto [at, fresh] = counted_.try_emplace(user, -1);
    if (std::exchange(at->second, count) != count) out.to(user, live::Message(unread_message(count)));
}

void NoticeNews::look(Rx& rx, const live::Audience& audience, bool afresh, live::Outbox& out) {
    if (afresh) looked_at_ = rx.now(), told_.clear();
    std::erase_if(counted_, [&](const auto& entry) { return !audience.has(entry.first); });
    const Time since{looked_at_.ms - overlap_ms};
    looked_at_ = rx.now();
    std::set<std::int64_t> changed;
    for (const auto& notice : rx.all<Notice>("WHERE created_at >= ? ORDER BY id LIMIT ?", since, rows_max)) {
        if (!told_.emplace(notice.id.value, notice.created_at).second || afresh) continue;
        const auto user = notice.user_id.value;
        if (!audience.has(user)) continue;
        changed.insert(user);
        if (notice.read_at) continue;
        out.to(user, live::Message(notice_message(view_of(words_, Locale::zh, notice)),
                                   notice_message(view_of(words_, Locale::en, notice))));
    }
    std::erase_if(told_, [since](const auto& entry) { return entry.second.ms < since.ms; });
    for (const auto user :
         rx.values<std::int64_t>("SELECT DISTINCT user_id FROM notices_notice WHERE read_at >= ?", since))
        if (audience.has(user)) changed.insert(user);
    for (const auto user : changed) count(rx, user, out);
}

}  // namespace yuanliu::notices
