// What makes working with lists quick: views one saved, preferences, one search for everything, sheets out and in.
#pragma once

#include "platform/auth/identities.hpp"
#include "platform/files/model.hpp"

namespace yuanliu::desk {

// ---- saved views ----

struct View {
    Id<View> id;
    std::int64_t owner_id = 0;
    Code<1, 60> list;  // the page it belongs to: "products"
    Text<1, 60> name;
    bool shared = false;               // seen by all staff
    Sealed<Text<0, 2000>> query;       // of the address bar; somebody may have looked for a person
    std::vector<Text<1, 60>> columns;  // shown, in this order; none: all
    Time created_at, updated_at;
};
YL_RECORD(View, "desk_view", id, owner_id, list, name, shared, query, columns, created_at, updated_at)

struct SavedView {
    Id<View> id;
    std::string list, name;
    bool shared = false, mine = true;
    std::string query;
    std::vector<Text<1, 60>> columns;
    Time updated_at;
};
YL_RECORD(SavedView, "desk.saved_view", id, list, name, shared, mine, query, columns, updated_at)

struct ViewInput {
    Code<1, 60> list;
    Text<1, 60> name;
    std::optional<bool> shared;
    std::optional<Text<0, 2000>> query;
    std::optional<std::vector<Text<1, 60>>> columns;
};
YL_RECORD(ViewInput, "desk.view_input", list, name, shared, query, columns)

struct ViewFilter {
    std::optional<Code<1, 60>> list;
};
YL_RECORD(ViewFilter, "desk.view_filter", list)

// ---- preferences ----

struct Preference {
    Id<Preference> id;
    std::int64_t owner_id = 0;
    Code<1, 60> key;
    Prose<0, 16000> value;
    Time updated_at;
};
YL_RECORD(Preference, "desk_preference", id, owner_id, key, value, updated_at)

// `value` is JSON as text, known to the page alone; null: nothing is kept.
struct PreferenceValue {
    std::optional<Prose<0, 16000>> value;
};
YL_RECORD(PreferenceValue, "desk.preference", value)

// ---- search ----

struct SearchQuery {
    Text<1, 200> q;
    std::optional<Int<1, 20>> limit;  // of each kind of thing
};
YL_RECORD(SearchQuery, "desk.search_query", q, limit)

// ---- sheets out ----

enum class SheetFormat { xlsx, csv };
YL_ENUM(SheetFormat, xlsx, csv)

// What a list shall be exported as. Kept only until its job is done.
struct Export {
    Id<Export> id;
    Code<1, 120> route;
    SheetFormat format = SheetFormat::xlsx;
    Sealed<Text<0, 2000>> query;
    std::vector<Text<1, 120>> columns;
    Mandate mandate;
    Time created_at;
};
YL_RECORD(Export, "desk_export", id, route, format, query, columns, mandate, created_at)

struct ExportInput {
    Code<1, 120> route;  // the name of a list: "units.products.list"
    std::optional<SheetFormat> format;
    std::optional<Text<0, 2000>> query;                // as in the list's address; its paging does not count
    std::optional<std::vector<Text<1, 120>>> columns;  // fields of its rows, in this order; none: all
};
YL_RECORD(ExportInput, "desk.export_input", route, format, query, columns)

struct JobStarted {
    std::int64_t job_id = 0;
};
YL_RECORD(JobStarted, "desk.job_started", job_id)

// ---- sheets in ----

// checking and running: a job is at it. failed: nothing was written, and it may be checked again.
enum class ImportState { uploaded, checking, checked, running, done, failed };
YL_ENUM(ImportState, uploaded, checking, checked, running, done, failed)

struct Import {
    Id<Import> id;
    std::int64_t owner_id = 0;
    Code<1, 120> route;
    Id<files::File> file_id;
    Text<1, 200> file_name;
    std::vector<std::string> columns;  // as the first row calls them, each name once
    Sealed<Prose<0, 200000>> sample;   // the first rows as JSON: they may be about people
    Dictionary mapping;                // column → field; absent: the column is left out
    Mandate mandate;                   // of who asked last for a job
    ImportState state = ImportState::uploaded;
    std::int64_t rows = 0, good = 0, bad = 0;  // good and bad: of the last check or run
    std::optional<std::int64_t> job_id;
    Time created_at, updated_at;
};
YL_RECORD(Import, "desk_import", id, owner_id, route, file_id, file_name, columns, sample, mapping, mandate, state,
          rows, good, bad, job_id, created_at, updated_at)

struct ImportProblem {
    Id<ImportProblem> id;
    Id<Import> import_id;
    std::int64_t row_number = 0;  // as Excel shows it
    std::string field, code;      // no field: the row as a whole
    Dictionary args;
};
YL_RECORD(ImportProblem, "desk_import_problem", id, import_id, row_number, field, code, args)

struct ImportView {
    Id<Import> id;
    std::string route, file_name;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> sample;
    Dictionary mapping;
    ImportState state = ImportState::uploaded;
    std::int64_t rows = 0, good = 0, bad = 0;
    std::optional<std::int64_t> job_id;
    Time created_at, updated_at;
};
YL_RECORD(ImportView, "desk.import_view", id, route, file_name, columns, sample, mapping, state, rows, good, bad,
          job_id, created_at, updated_at)

struct ImportQuery {
    Code<1, 120> route;  // of GET /api/import-targets/
};
YL_RECORD(ImportQuery, "desk.import_query", route)

struct ImportMapping {
    Dictionary mapping;
};
YL_RECORD(ImportMapping, "desk.import_mapping", mapping)

struct ImportRun {
    std::optional<bool> skip_bad_rows;  // left out: all rows or none
};
YL_RECORD(ImportRun, "desk.import_run", skip_bad_rows)

struct RowProblem {
    std::int64_t row_number = 0;
    std::string field, code, message;
};
YL_RECORD(RowProblem, "desk.row_problem", row_number, field, code, message)

struct TargetField {
    std::string name, label;
    bool required = false;
    std::string kind;  // text, number, boolean, date, time, choice, list, pairs, reference
    std::optional<std::vector<std::string>> choices;  // as one writes them into a cell
    std::optional<std::string> help;
};
YL_RECORD(TargetField, "desk.target_field", name, label, required, kind, choices, help)

struct TargetView {
    std::string route, title;
    std::vector<TargetField> fields;
};
YL_RECORD(TargetView, "desk.target", route, title, fields)

}  // namespace yuanliu::desk
