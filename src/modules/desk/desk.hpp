// The desk one works at: saved views, preferences, search, sheets out and in. All of it is one's own.
#pragma once

#include "modules/desk/model.hpp"
#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/routes/routes.hpp"
#include "platform/search/finders.hpp"

namespace yuanliu::jobs {
class Registry;
}

namespace yuanliu::desk {

inline constexpr int views_max = 200;        // of one person
inline constexpr int preferences_max = 200;  // of one person
inline constexpr std::size_t import_rows_max = 50'000, import_columns_max = 60;
inline constexpr std::uint64_t import_bytes_max = 20 << 20;

// ---- saved views ----

// One's own, and for staff those that others share.
Page<SavedView> views(Rx& rx, const Actor& actor, const ViewFilter& filter, const PageQuery& page);
// Throws forbidden to share without `desk.share`; invalid naming `name` when one's own list has it already; conflict
// `desk.too_many_views`.
SavedView create_view(Tx& tx, const Actor& actor, const ViewInput& input);
// One's own; an administrator also those that are shared. Throws not_found, and as create_view.
SavedView change_view(Tx& tx, const Actor& actor, Id<View> id, const ViewInput& input);
void remove_view(Tx& tx, const Actor& actor, Id<View> id);

// ---- preferences ----

PreferenceValue preference(Rx& rx, const Actor& actor, const Code<1, 60>& key);
// Null forgets it. Throws invalid naming `value` for what is no JSON; conflict `desk.too_many_preferences`.
PreferenceValue set_preference(Tx& tx, const Actor& actor, const Code<1, 60>& key, const PreferenceValue& input);

// ---- search ----

// What the caller may see of units, people, documents; the address in a scanned QR code counts as its code.
std::vector<search::Hit> find(Rx& rx, const Actor& actor, const SearchQuery& query);

// ---- sheets out ----

// Starts the job that walks the list as the caller would and writes what he would see; the file is the job's. Throws
// invalid naming `route` for what is no list, `columns` for what is no field of it, and what the list itself throws for
// its query; forbidden for a list that is not the caller's.
JobStarted create_export(Tx& tx, const Actor& actor, const ExportInput& input);

// ---- sheets in ----

// What the caller may bring rows for, with the fields of a row.
std::vector<TargetView> import_targets(Rx& rx, const Actor& actor);
// An empty sheet with the right headings. Throws not_found `desk.unknown_target`, forbidden.
Content import_template(const Work& work, const Actor& actor, const Code<1, 120>& route);

// Keeps the file and suggests which column is for which field. Throws invalid naming `route` or `file`; what
// sheets::read refuses; conflict `desk.too_many_imports`.
ImportView upload_import(const Work& work, const Actor& actor, const Upload& upload, const ImportQuery& query);
ImportView view_import(Rx& rx, const Actor& actor, Id<Import> id);
// Throws invalid naming `mapping.<column>` for what is no column, no field, or one field twice; conflict
// `desk.import_busy`, `desk.import_done`.
ImportView map_import(Tx& tx, const Actor& actor, Id<Import> id, const ImportMapping& input);
// Starts the job that tries every row and undoes it. Throws invalid naming `mapping` when a required field has no
// column; conflict as map_import; forbidden.
JobStarted check_import(Tx& tx, const Actor& actor, Id<Import> id);
// Starts the job that writes all rows in one transaction: all, or with skip_bad_rows all that the check found good.
// Throws conflict `desk.import_unchecked`, `desk.import_bad_rows` {count}, and as map_import; forbidden.
JobStarted run_import(Tx& tx, const Actor& actor, Id<Import> id, const ImportRun& input);
Page<RowProblem> import_problems(Rx& rx, const Actor& actor, Id<Import> id, const PageQuery& page);
// The rows that were refused as they came, with a column that says why. Throws not_found `desk.no_bad_rows`.
Content bad_rows(const Work& work, const Actor& actor, Id<Import> id);

// ---- wiring ----

void routes(Routes& r);
void declare(jobs::Registry& registry);

}  // namespace yuanliu::desk
