// The public face: everybody's own notices. Other modules do not call it; it listens to their events.
#pragma once

#include "modules/notices/model.hpp"
#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/live/live.hpp"
#include "platform/routes/routes.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::events {
class Bus;
}

namespace yuanliu::notices {

inline constexpr std::int64_t unread_max = 1000;     // further ones are not counted
inline constexpr std::size_t ids_max = 500;          // of one call
inline constexpr std::int64_t keep_read_days = 30;   // after it was read
inline constexpr std::int64_t keep_days = 180;       // in any case
inline constexpr std::int64_t keep_per_user = 2000;  // the newest

// The caller's, newest first. Needs Words as a part of the database.
Page<NoticeView> list(Rx& rx, const Actor& actor, const NoticeFilter& filter, const PageQuery& page);
Unread unread_count(Rx& rx, const Actor& actor);
// Marks them as read and returns how many are left. Ids of other people's notices change nothing. Throws invalid naming
// `ids` when both or neither of `ids` and `all` are given, or too many ids.
Unread read(Tx& tx, const Actor& actor, const Read& input);

// Forgets what is older than it is kept, at most 500; returns how many: again until there are none. For a daily job.
std::int64_t prune(Tx& tx);

void routes(Routes& r);
// Needs live::Hub as a part of the database.
void declare(events::Bus& bus);

// {"type":"unread","count":3} when the number changes and to everybody who comes; {"type":"notice", and the fields of a
// NoticeView} for a new one.
class NoticeNews : public live::Source {
 public:
    explicit NoticeNews(const Words& words) : words_(words) {}
    void greet(Rx& rx, std::int64_t user, live::Outbox& out) override;
    void look(Rx& rx, const live::Audience& audience, bool afresh, live::Outbox& out) override;

 private:
    void count(Rx& rx, std::int64_t user, live::Outbox& out);

    const Words& words_;
    Time looked_at_;
    std::map<std::int64_t, Time> told_;             // notices of the last moments, told or to nobody who was there
    std::map<std::int64_t, std::int64_t> counted_;  // by user: the number told last
};

}  // namespace yuanliu::notices
