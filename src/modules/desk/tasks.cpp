// Which jobs there are, and what goes when nobody needs it any more.
#include "modules/desk/tasks.hpp"

#include "base/time.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/registry.hpp"

namespace yuanliu::desk {
namespace {

constexpr std::int64_t export_days = 30;  // of what a dead job was to do
constexpr std::int64_t import_days = 7;   // of a file that nobody has touched since: it may be about people

void prune(jobs::Context& context, const jobs::Nothing&) {
    jobs::Counts counts;
    counts.done = context.write([](Tx& tx) {
        return tx.exec("DELETE FROM desk_export WHERE created_at < ?", Time{tx.now().ms - export_days * day_ms});
    });
    counts.done += context.write([](Tx& tx) {
        const Time before{tx.now().ms - import_days * day_ms};
        const auto old = tx.all<Import>("WHERE updated_at < ? ORDER BY id LIMIT 500", before);
        for (const auto& row : old) {
            tx.exec("DELETE FROM desk_import_problem WHERE import_id = ?", row.id);
            tx.exec("DELETE FROM desk_import WHERE id = ?", row.id);
            files::remove(tx, row.file_id);
        }
        return std::int64_t(old.size());
    });
    context.counts(counts);
}

}  // namespace

void declare(jobs::Registry& registry) {
    registry.on<ExportTask>("desk.export", &export_job);
    registry.on<ImportTask>("desk.import", &import_job);
    registry.on<jobs::Nothing>("desk.prune", &prune);
    registry.schedule("desk.prune", "40 4 * * *", "desk.prune", jobs::Nothing{});
}

}  // namespace yuanliu::desk
