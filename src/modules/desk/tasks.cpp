// Which jobs there are, and what goes when nobody needs it any more.
#include "modules/desk/tasks.hpp"

#include "base/time.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/registry.hpp"

namespace yuanliu::desk {
namespace {

constexpr std::int64_t export_days = 30;      // of what a dead job was to do
constexpr std::int64_t pruned_at_once = 500;  // rows of a transaction
constexpr std::int64_t import_days = 7;       // of a file that nobody has touched since: it may be about people

// As much of an import as it takes to let it go.
struct Old {
    Id<Import> id;
    Id<files::File> file_id;
};
YL_RECORD(Old, "desk_import", id, file_id)

std::int64_t prune_exports(Tx& tx) {
    return tx.exec(
        "DELETE FROM desk_export WHERE id IN (SELECT id FROM desk_export WHERE created_at < ? ORDER BY id LIMIT ?)",
        Time{tx.now().ms - export_days * day_ms}, pruned_at_once);
}

// One import, or a part of one that has many bad rows.
std::int64_t prune_imports(Tx& tx) {
    const auto old = tx.find<Old>("WHERE updated_at < ? ORDER BY id LIMIT 1", Time{tx.now().ms - import_days * day_ms});
    if (!old) return 0;
    const auto problems = tx.exec(
        "DELETE FROM desk_import_problem WHERE id IN (SELECT id FROM desk_import_problem WHERE import_id = ? ORDER BY "
        "id"
        " LIMIT ?)",
        old->id, pruned_at_once);
    if (problems == pruned_at_once) {
        tx.exec(
            "UPDATE desk_import SET bad = (SELECT count(DISTINCT row_number) FROM desk_import_problem WHERE import_id ="
            " ?) WHERE id = ?",
            old->id, old->id);
        return problems;
    }
    tx.exec("DELETE FROM desk_import WHERE id = ?", old->id);
    files::remove(tx, old->file_id);
    return problems + 1;
}

void prune(jobs::Context& context, const jobs::Nothing&) {
    jobs::Counts counts;
    for (const auto step : {&prune_exports, &prune_imports})
        while (const auto rows = context.write([&](Tx& tx) { return step(tx); })) {
            counts.seen = counts.done += rows;
            context.counts(counts);
            context.check();
        }
}

}  // namespace

void declare(jobs::Registry& registry) {
    registry.on<ExportTask>("desk.export", &export_job);
    registry.on<ImportTask>("desk.import", &import_job);
    registry.on<jobs::Nothing>("desk.prune", &prune);
    registry.schedule("desk.prune", "40 4 * * *", "desk.prune", jobs::Nothing{});
}

}  // namespace yuanliu::desk
