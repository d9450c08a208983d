#include "base/time.hpp"
#include "modules/notices/rules.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::notices {
namespace {

constexpr int pruned_at_once = 500;

}  // namespace

std::string title_of(const Words& words, Locale locale, const Notice& notice) {
    Error::Args args;
    for (const auto& [name, value] : notice.args.entries) {
        const bool is_key = value.starts_with('@');
        const Word* word = is_key ? words.find(value.substr(1)) : nullptr;
        // A word that has gone since speaks by the end of its key.
        args.emplace_back(name, word ? word->in(locale) : is_key ? value.substr(value.rfind('.') + 1) : value);
    }
    return words.text(locale, "notice." + std::string(name_of(notice.kind)), args);
}

NoticeView view_of(const Words& words, Locale locale, const Notice& notice) {
    return {notice.id,         notice.kind,   title_of(words, locale, notice), notice.path, !notice.read_at,
            notice.created_at, notice.read_at};
}

std::int64_t count_unread(Rx& rx, std::int64_t user) {
    return rx.value<std::int64_t>(
        "SELECT count(*) FROM (SELECT 1 FROM notices_notice WHERE user_id = ? AND read_at IS NULL LIMIT ?) AS counted",
        user, unread_max);
}

Page<NoticeView> list(Rx& rx, const Actor& actor, const NoticeFilter& filter, const PageQuery& page) {
    List list("SELECT id, user_id, kind, args, path, created_at, read_at FROM notices_notice");
    list.always("user_id = ?", actor.user_id).where("kind = ?", filter.kind);
    if (filter.unread) list.always(*filter.unread ? "read_at IS NULL" : "read_at IS NOT NULL");
    auto found = list.sort({{"id", "id"}, {"created_at", "created_at"}}, "-id").page<Notice>(rx, page);
    Page<NoticeView> out;
    out.info = found.info;
    const auto& words = rx.part<Words>();
    for (const auto& notice : found.items) out.items.push_back(view_of(words, actor.locale, notice));
    return out;
}

Unread unread_count(Rx& rx, const Actor& actor) { return {count_unread(rx, actor.user_id)}; }

Unread read(Tx& tx, const Actor& actor, const Read& input) {
    const bool all = input.all.value_or(false);
    if (all == input.ids.has_value()) throw invalid_field("ids", "notices.ids_or_all");
    if (all) {
        tx.exec("UPDATE notices_notice SET read_at = ? WHERE user_id = ? AND read_at IS NULL", tx.now(), actor.user_id);
    } else {
        if (input.ids->size() > ids_max)
            throw invalid_field("ids", "field.too_many", {{"max", std::to_string(ids_max)}});
        for (const auto id : *input.ids)
            tx.exec("UPDATE notices_notice SET read_at = ? WHERE id = ? AND user_id = ? AND read_at IS NULL", tx.now(),
                    id, actor.user_id);
    }
    tx.after_commit([hub = &tx.part<live::Hub>()] { hub->wake(); });
    return unread_count(tx, actor);
}

std::int64_t prune(Tx& tx) {
    auto gone = tx.exec(
        "DELETE FROM notices_notice WHERE id IN (SELECT id FROM notices_notice WHERE read_at < ? OR created_at < ?"
        " ORDER BY id LIMIT ?)",
        Time{tx.now().ms - keep_read_days * day_ms}, Time{tx.now().ms - keep_days * day_ms}, pruned_at_once);
    if (gone > 0) return gone;  // the next call goes on
    for (const auto user : tx.values<std::int64_t>(
             "SELECT user_id FROM notices_notice GROUP BY user_id HAVING count(*) > ?", keep_per_user))
        gone += tx.exec(
            "DELETE FROM notices_notice WHERE id IN (SELECT id FROM notices_notice WHERE user_id = ? AND id <="
            " (SELECT id FROM notices_notice WHERE user_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?) ORDER BY id LIMIT ?)",
            user, user, keep_per_user, pruned_at_once - gone);
    return gone;
}

void routes(Routes& r) {
    r.module("notices");
    r.get("/api/notices/", "signed_in", &list, "The caller's notices, newest first");
    r.get("/api/notices/unread_count/", "signed_in", &unread_count, "How many notices the caller has not read");
    r.post("/api/notices/read/", "signed_in", &read, "Mark notices as read").unaudited();
}

}  // namespace yuanliu::notices
