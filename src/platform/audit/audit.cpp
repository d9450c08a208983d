#include "platform/audit/audit.hpp"

#include "base/text.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::audit {
namespace {

constexpr std::size_t json_bytes_max = 8 << 10;  // of each of before and after; larger ones keep only their size

OperationRecord start(Tx& tx, const Actor& actor, std::string_view action) {
    OperationRecord record;
    record.created_at = tx.now();
    if (actor.signed_in()) record.operator_id = actor.user_id;
    record.operator_name = actor.name;
    record.action = action;
    record.request_id = actor.request_id;
    record.ip = actor.ip;
    return record;
}

void add(JsonWriter& w, const Change& change, bool several, const std::string& json) {
    if (!several) {
        w.raw(json);
        return;
    }
    w.begin_object()
        .key("table")
        .string(change.table)
        .key("id")
        .integer(change.id)
        .key("fields")
        .raw(json)
        .end_object();
}

// One change stands as its fields; several as a list that names each row.
std::string join(const std::vector<Change>& changes, std::string Change::*side) {
    std::size_t count = 0;
    for (const auto& change : changes) count += !(change.*side).empty();
    if (count == 0) return {};
    std::string out;
    JsonWriter w(out);
    if (count > 1) w.begin_array();
    for (const auto& change : changes)
        if (!(change.*side).empty()) add(w, change, count > 1, change.*side);
    if (count > 1) w.end_array();
    if (out.size() > json_bytes_max) out = "{\"rows\":" + std::to_string(count) + "}";
    return out;
}

std::string with_notes(std::string after, const std::vector<std::pair<std::string, std::string>>& notes) {
    if (notes.empty()) return after;
    std::string out;
    JsonWriter w(out);
    w.begin_object();
    for (const auto& [key, value] : notes) w.key(key).raw(value);
    if (!after.empty()) w.key("changes").raw(after);
    w.end_object();
    return out;
}

}  // namespace

void record(Tx& tx, const Actor& actor, std::string_view action) {
    OperationRecord record = start(tx, actor, action);
    const auto& changes = tx.changes();
    if (!tx.subject_table().empty())
        record.subject = tx.subject_table(), record.subject_id = tx.subject_id();
    else if (!changes.empty())
        record.subject = changes.front().table, record.subject_id = changes.front().id;
    record.before = join(changes, &Change::before);
    record.after = with_notes(join(changes, &Change::after), tx.notes());
    tx.append(record);
}

void refusal(Tx& tx, const Actor& actor, std::string_view action, std::string_view code) {
    OperationRecord record = start(tx, actor, action);
    record.success = false;
    std::string after;
    JsonWriter(after).begin_object().key("refused").string(code).end_object();
    record.after = after;
    tx.append(record);
}

Page<OperationRecord> list(Rx& rx, const Actor&, const Filter& filter, const PageQuery& page) {
    return List(
               "SELECT id, created_at, operator_id, operator_name, action, subject, subject_id, success, before, after,"
               " request_id, ip FROM audit_record")
        .where("operator_id = ?", filter.operator_id)
        .where("action = ?", filter.action)
        .where("subject = ?", filter.subject)
        .where("subject_id = ?", filter.subject_id)
        .where("created_at >= ?", filter.since)
        .where("created_at < ?", filter.until)
        .where("success = ?", filter.success)
        .sort({{"id", "id"}}, "-id")
        .page<OperationRecord>(rx, page);
}

OperationRecord view(Rx& rx, const Actor&, Id<OperationRecord> id) { return rx.one(id); }

void routes(Routes& r) {
    r.module("audit");
    r.permission("audit.read", {UserType::staff});
    r.get("/api/operation-records/", "audit.read", &list, "List operation records, newest first");
    r.get("/api/operation-records/{id}/", "audit.read", &view, "One operation record");
}

}  // namespace yuanliu::audit
