// What a person should know of, in his own words.
#pragma once

#include "modules/identity/model.hpp"

namespace yuanliu::notices {

enum class Kind { alert_diversion, alert_clone, repair_requested, repair_state, job_completed, job_discarded };
YL_ENUM(Kind, alert_diversion, alert_clone, repair_requested, repair_state, job_completed, job_discarded)

struct Notice {
    Id<Notice> id;
    Id<identity::User> user_id;
    Kind kind = Kind::job_completed;
    Dictionary args;   // for the words `notice.<kind>`; a value that begins with @ is a key of words itself
    std::string path;  // of the page where it can be acted on
    Time created_at;
    std::optional<Time> read_at;
};
YL_RECORD(Notice, "notices_notice", id, user_id, kind, args, path, created_at, read_at)

// ---- what callers see ----

struct NoticeView {
    Id<Notice> id;
    Kind kind = Kind::job_completed;
    std::string title;  // in the reader's language
    std::string path;
    bool unread = true;
    Time created_at;
    std::optional<Time> read_at;
};
YL_RECORD(NoticeView, "notices.notice", id, kind, title, path, unread, created_at, read_at)

struct NoticeFilter {
    std::optional<bool> unread;
    std::optional<Kind> kind;
};
YL_RECORD(NoticeFilter, "notices.filter", unread, kind)

struct Unread {
    std::int64_t count = 0;  // exact up to unread_max
};
YL_RECORD(Unread, "notices.unread", count)

// Exactly one of the two.
struct Read {
    std::optional<std::vector<Id<Notice>>> ids;
    std::optional<bool> all;
};
YL_RECORD(Read, "notices.read", ids, all)

}  // namespace yuanliu::notices
