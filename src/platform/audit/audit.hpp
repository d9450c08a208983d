// Operation records: who did what to which thing, before and after, in the transaction that did it. Append-only.
#pragma once

#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::audit {

struct OperationRecord {
    Id<OperationRecord> id;
    Time created_at;
    std::optional<std::int64_t> operator_id;  // nothing: the public, or the system
    std::string operator_name;
    std::string action;   // the operation's name: units.products.activate.create
    std::string subject;  // table of the thing it was about; empty if none
    std::optional<std::int64_t> subject_id;
    bool success = true;    // false: refused, and `after` tells why
    RawJson before, after;  // the fields that changed, personal data masked
    std::string request_id, ip;
};
YL_RECORD(OperationRecord, "audit_record", id, created_at, operator_id, operator_name, action, subject, subject_id,
          success, before, after, request_id, ip)

// Writes the record of what `tx` has done so far. The edge calls it for every write; jobs and the command line for
// theirs.
void record(Tx& tx, const Actor& actor, std::string_view action);

// Writes that somebody was refused (a login, a right he does not have).
void refusal(Tx& tx, const Actor& actor, std::string_view action, std::string_view code);

struct Filter {
    std::optional<std::int64_t> operator_id;
    std::optional<Text<0, 100>> action;
    std::optional<Text<0, 60>> subject;
    std::optional<std::int64_t> subject_id;
    std::optional<Time> since, until;
    std::optional<bool> success;
};
YL_RECORD(Filter, "audit.filter", operator_id, action, subject, subject_id, since, until, success)

Page<OperationRecord> list(Rx& rx, const Actor& actor, const Filter& filter, const PageQuery& page);
// Throws not_found.
OperationRecord view(Rx& rx, const Actor& actor, Id<OperationRecord> id);
void routes(Routes& r);

}  // namespace yuanliu::audit
