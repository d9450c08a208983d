// A spreadsheet on its way in: kept, matched with fields, tried, written.
#include "modules/desk/imports.hpp"

#include <fmt/format.h>

#include <set>

#include "base/text.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/routes/list.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::desk {
namespace {

constexpr std::size_t sample_rows = 5;
constexpr int imports_max = 50;  // of one person, at a time
constexpr std::string_view purpose = "desk.import";

struct Sample {
    std::vector<std::vector<std::string>> rows;
};
YL_RECORD(Sample, "desk.sample", rows)

const Route& route_of(Rx& rx, std::string_view name) {
    for (const auto& route : rx.part<Routes>().all())
        if (route->name == name) return *route;
    throw not_found("desk.unknown_target");
}

const imports::Target& target_of(Rx& rx, const Actor& actor, std::string_view route) {
    const auto* target = rx.part<imports::Targets>().find(route);
    if (!target) throw not_found("desk.unknown_target");
    actor.require(route_of(rx, route).permission);
    return *target;
}

bool busy(ImportState state) { return state == ImportState::checking || state == ImportState::running; }

// A job that will not come back leaves the import as it was, and nothing written.
ImportState standing(Rx& rx, const Actor& actor, const Import& row) {
    if (!busy(row.state) || !row.job_id) return row.state;
    using enum jobs::JobState;
    try {
        const auto state = jobs::view(rx, actor, {*row.job_id}).state;
        return state == cancelled || state == discarded ? ImportState::failed : row.state;
    } catch (const Error& e) {
        if (e.fault != Fault::not_found) throw;
        return ImportState::failed;  // forgotten long ago
    }
}

Import own(Rx& rx, const Actor& actor, Id<Import> id) {
    return rx.one<Import>("WHERE id = ? AND owner_id = ?", id, actor.user_id);
}

// Held, and free to be worked at.
Import lock_idle(Tx& tx, const Actor& actor, Id<Import> id) {
    Import row = tx.lock<Import>("WHERE id = ? AND owner_id = ?", id, actor.user_id);
    row.state = standing(tx, actor, row);
    if (busy(row.state)) throw conflict("desk.import_busy");
    if (row.state == ImportState::done) throw conflict("desk.import_done");
    return row;
}

ImportView shown(Rx& rx, const Actor& actor, const Import& row) {
    ImportView out;
    out.id = row.id, out.route = row.route.value, out.file_name = row.file_name.value;
    out.columns = row.columns, out.sample = from_json<Sample>(row.sample.value.value).rows;
    out.mapping = row.mapping;
    out.state = standing(rx, actor, row);
    out.rows = row.rows, out.good = row.good, out.bad = row.bad;
    out.job_id = row.job_id;
    out.created_at = row.created_at, out.updated_at = row.updated_at;
    return out;
}

// What a look through the file tells before it is kept.
struct Glance {
    std::vector<std::string> columns;
    Sample sample;
    std::int64_t rows = 0;
};

Glance glance_at(const std::string& path) {
    Glance out;
    std::optional<sheets::Row> first;
    std::size_t columns = 0;
    sheets::read(path, import_limits(), [&](std::size_t, const sheets::Row& cells) {
        columns = std::max(columns, cells.size());
        if (!first) return first = cells, true;
        if (++out.rows <= std::int64_t(sample_rows)) {
            auto& line = out.sample.rows.emplace_back();
            for (const auto& cell : cells) line.emplace_back(clip(cell.shown(), 200));
        }
        return true;
    });
    if (!first || out.rows == 0) throw invalid_field("file", "desk.no_rows");
    out.columns = column_names(*first, columns);
    for (auto& line : out.sample.rows) line.resize(out.columns.size());
    return out;
}

std::string kind_of(const Type& type) {
    switch (type.kind) {
        case Kind::boolean: return "boolean";
        case Kind::integer:
        case Kind::real:
        case Kind::money:
        case Kind::qty: return "number";
        case Kind::id: return "reference";
        case Kind::date: return "date";
        case Kind::time: return "time";
        case Kind::choice:
        case Kind::number_choice: return "choice";
        case Kind::list: return "list";
        case Kind::dictionary: return "pairs";
        default: return "text";
    }
}

TargetField field_view(const Reading& reading, const imports::Target& target, const Field& field) {
    TargetField out;
    const bool entry = field.name == target.list;
    const Type& type = entry ? *field.type->element : *field.type;
    out.name = field.name;
    out.label = label_of(reading, *target.body, field);
    out.required = !field.type->optional || entry;
    out.kind = kind_of(type);
    for (const auto& choice : type.choices) {
        const Word* word = choice_word(reading.words, target.body->name, field.name, choice.name);
        if (!out.choices) out.choices.emplace();
        out.choices->push_back(word ? word->in(reading.locale) : std::string(choice.name));
    }
    if (type.kind == Kind::boolean) {
        const Word *yes = reading.words.find("choice.desk.boolean.true"),
                   *no = reading.words.find("choice.desk.boolean.false");
        if (yes && no) out.choices = {{yes->in(reading.locale), no->in(reading.locale)}};
    }
    const Word* word = field_word(reading.words, target.body->name, field.name);
    if (word && !entry && type.kind != Kind::id && word->in(reading.locale) != out.label)
        out.help = word->in(reading.locale);
    return out;
}

void require_whole(const Reading& reading, const imports::Target& target, const Dictionary& mapping) {
    for (const Field* field : target.fields()) {
        if (field->type->optional && field->name != target.list) continue;
        const bool there = std::any_of(mapping.entries.begin(), mapping.entries.end(),
                                       [&](const auto& pair) { return pair.second == field->name; });
        if (!there)
            throw invalid_field("mapping", "desk.column_needed", {{"name", label_of(reading, *target.body, *field)}});
    }
}

JobStarted start(Tx& tx, const Actor& actor, Import row, const ImportTask& task) {
    row.mandate = mandate_of(actor);
    row.state = task.write ? ImportState::running : ImportState::checking;
    row.updated_at = tx.now();
    row.job_id =
        jobs::enqueue(tx, "desk.import", task, {.priority = 4, .max_attempts = 3, .creator_id = actor.user_id}).value;
    const auto job = *row.job_id;
    tx.update(std::move(row));
    return {job};
}

Reading reading_for(Rx& rx, const Actor& actor) {
    return {rx.part<Words>(), rx.part<settings::Company>().zone(rx), actor.locale};
}

}  // namespace

sheets::ReadLimits import_limits() {
    sheets::ReadLimits limits;
    limits.file_bytes = import_bytes_max;
    limits.rows = import_rows_max + 1;
    limits.columns = import_columns_max;
    return limits;
}

std::string file_of(Rx& rx, const Import& row) { return files::content(rx, row.file_id).file; }

std::vector<TargetView> import_targets(Rx& rx, const Actor& actor) {
    const auto reading = reading_for(rx, actor);
    std::vector<TargetView> out;
    for (const auto& target : rx.part<imports::Targets>().all()) {
        const Route& route = route_of(rx, target->route);
        if (!actor.may(route.permission)) continue;
        const Word* title = reading.words.find("route." + route.name);
        TargetView view{target->route, title ? title->in(actor.locale) : route.summary, {}};
        for (const Field* field : target->fields()) view.fields.push_back(field_view(reading, *target, *field));
        out.push_back(std::move(view));
    }
    return out;
}

Content import_template(const Work& work, const Actor& actor, const Code<1, 120>& route) {
    auto& parts = work.database().parts();
    std::vector<sheets::Column> columns;
    const auto now = work.database().read([&](Rx& rx) {
        columns.clear();
        const auto& target = target_of(rx, actor, route);
        for (const Field* field : target.fields()) {
            const auto view = field_view(reading_for(rx, actor), target, *field);
            columns.push_back({view.label + (view.required ? " *" : ""), shape_of(*field->type)});
        }
        return rx.now();
    });
    const auto path = parts.get<files::FileStore>().new_path("xlsx");
    auto sheet = sheets::write_xlsx(path, "", std::move(columns), now);
    sheet->finish();
    return sheet_content(path, "template.xlsx");
}

ImportView upload_import(const Work& work, const Actor& actor, const Upload& upload, const ImportQuery& query) {
    if (upload.files.size() != 1) throw invalid_field("file", "desk.one_file");
    auto& db = work.database();
    const auto& target = *db.read([&](Rx& rx) { return &target_of(rx, actor, query.route); });
    const auto& file = upload.files.front();
    auto glance = glance_at(file.path);
    // Whether it is a sheet has been seen already; what its name ends in says less.
    files::Limits limits;
    limits.bytes_max = import_bytes_max;
    const auto stored = db.parts().get<files::FileStore>().store_from(file.path, "sheet", limits);
    return work.write([&](Tx& tx) {
        if (tx.value<std::int64_t>("SELECT count(*) FROM desk_import WHERE owner_id = ? AND state <> 'done'",
                                   actor.user_id) >= imports_max)
            throw conflict("desk.too_many_imports", {{"max", std::to_string(imports_max)}});
        Import row;
        row.owner_id = actor.user_id;
        row.route = query.route;
        const auto kept = files::add(tx, stored, file.filename, purpose, actor.user_id);
        row.file_id = kept.id, row.file_name = kept.name.value;
        row.columns = glance.columns;
        row.sample = Prose<0, 200000>(to_json(glance.sample));
        row.mapping = suggested_mapping(tx.part<Words>(), target, glance.columns);
        row.mandate = mandate_of(actor);
        row.rows = glance.rows;
        row.created_at = row.updated_at = tx.now();
        row = tx.insert(std::move(row));
        tx.subject("desk_import", row.id.value);
        return shown(tx, actor, row);
    });
}

ImportView view_import(Rx& rx, const Actor& actor, Id<Import> id) { return shown(rx, actor, own(rx, actor, id)); }

ImportView map_import(Tx& tx, const Actor& actor, Id<Import> id, const ImportMapping& input) {
    Import row = lock_idle(tx, actor, id);
    const auto& target = target_of(tx, actor, row.route);
    std::set<std::string_view> taken;
    Dictionary mapping;
    for (const auto& [column, field] : input.mapping.entries) {
        if (std::find(row.columns.begin(), row.columns.end(), column) == row.columns.end())
            throw invalid_field("mapping." + column, "desk.no_such_column");
        if (field.empty()) continue;
        if (!target.find(field)) throw invalid_field("mapping." + column, "field.unknown");
        if (!taken.insert(field).second) throw invalid_field("mapping." + column, "desk.field_twice");
        mapping.entries.emplace(column, field);
    }
    row.mapping = std::move(mapping);
    row.state = ImportState::uploaded;
    row.good = row.bad = 0;
    row.updated_at = tx.now();
    tx.exec("DELETE FROM desk_import_problem WHERE import_id = ?", id);
    return shown(tx, actor, tx.update(std::move(row)));
}

JobStarted check_import(Tx& tx, const Actor& actor, Id<Import> id) {
    Import row = lock_idle(tx, actor, id);
    require_whole(reading_for(tx, actor), target_of(tx, actor, row.route), row.mapping);
    return start(tx, actor, std::move(row), {id, false, false});
}

JobStarted run_import(Tx& tx, const Actor& actor, Id<Import> id, const ImportRun& input) {
    Import row = lock_idle(tx, actor, id);
    target_of(tx, actor, row.route);
    if (row.state != ImportState::checked) throw conflict("desk.import_unchecked");
    const bool skip = input.skip_bad_rows.value_or(false);
    if (row.bad > 0 && !skip) throw conflict("desk.import_bad_rows", {{"count", std::to_string(row.bad)}});
    if (row.good == 0) throw conflict("desk.import_nothing_good");
    return start(tx, actor, std::move(row), {id, true, skip});
}

Page<RowProblem> import_problems(Rx& rx, const Actor& actor, Id<Import> id, const PageQuery& page) {
    own(rx, actor, id);
    auto rows = List("SELECT id, import_id, row_number, field, code, args FROM desk_import_problem")
                    .always("import_id = ?", id)
                    .sort({{"id", "id"}}, "id")
                    .page<ImportProblem>(rx, page);
    Page<RowProblem> out;
    out.info = std::move(rows.info);
    for (auto& row : rows.items)
        out.items.push_back({row.row_number, row.field, row.code, message_of(rx.part<Words>(), actor.locale, row)});
    return out;
}

Content bad_rows(const Work& work, const Actor& actor, Id<Import> id) {
    auto& db = work.database();
    std::map<std::int64_t, std::string> reasons;
    std::vector<sheets::Column> columns;
    std::string path, heading;
    const auto now = db.read([&](Rx& rx) {
        reasons.clear(), columns.clear();
        const Import row = own(rx, actor, id);
        const auto& target = target_of(rx, actor, row.route);
        const auto reading = reading_for(rx, actor);
        for (const auto& name : row.columns) columns.push_back({name});
        const Word* word = reading.words.find("field.desk.message");
        columns.push_back({word ? word->in(actor.locale) : "error"});
        rx.each<ImportProblem>(
            "WHERE import_id = ? ORDER BY id",
            [&](ImportProblem& problem) {
                const Field* field = target.body->find(problem.field);
                auto& reason = reasons[problem.row_number];
                if (!reason.empty()) reason += "; ";
                if (field) reason += label_of(reading, *target.body, *field) + ": ";
                reason += message_of(reading.words, actor.locale, problem);
                return true;
            },
            id);
        path = file_of(rx, row);
        return rx.now();
    });
    if (reasons.empty()) throw not_found("desk.no_bad_rows");
    const auto made = db.parts().get<files::FileStore>().new_path("xlsx");
    const auto width = columns.size();
    auto sheet = sheets::write_xlsx(made, "", std::move(columns), now);
    for (auto& line : lines_of(path)) {
        const auto reason = reasons.find(std::int64_t(line.number));
        if (reason == reasons.end()) continue;
        line.cells.resize(width);
        line.cells.back() = sheets::Cell::of_text(reason->second);
        sheet->row(line.cells);
    }
    sheet->finish();
    return sheet_content(made, "bad-rows.xlsx");
}

}  // namespace yuanliu::desk
