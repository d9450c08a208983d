#include "platform/db/inspection.hpp"

#include <fmt/format.h>

namespace yuanliu::detail {
namespace {

constexpr int rows_at_once = 1000;

bool reads(Rx& rx, std::int64_t after, std::int64_t upto,
           const std::function<bool(Rx&, std::int64_t, std::int64_t)>& read_all) {
    try {
        return read_all(rx, after, upto);
    } catch (const Error& e) {
        // The row's fault; what is the database's or the caller's is told as it is.
        if (e.fault != Fault::internal && e.fault != Fault::invalid && e.fault != Fault::unreadable) throw;
        return false;
    }
}

}  // namespace

std::vector<std::string> broken_rows(Database& db, const Record& record, std::size_t most,
                                     const std::function<bool(Rx&, std::int64_t, std::int64_t)>& read_all) {
    const auto sql = fmt::format("SELECT id FROM {} WHERE id > ? ORDER BY id LIMIT ?", record.name);
    std::vector<std::string> out;
    for (std::int64_t after = 0; out.size() < most;) {
        std::vector<std::int64_t> ids, broken;
        db.read([&](Rx& rx) {
            broken.clear();
            ids = rx.values<std::int64_t>(sql, after, rows_at_once);
            if (ids.empty() || reads(rx, after, ids.back(), read_all)) return;
            for (const auto id : ids)
                if (!reads(rx, id - 1, id, read_all)) broken.push_back(id);
        });
        if (ids.empty()) break;
        after = ids.back();
        for (const auto id : broken)
            if (out.size() < most) out.push_back(std::to_string(id));
    }
    return out;
}

}  // namespace yuanliu::detail
