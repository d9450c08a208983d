// Lists into spreadsheets: a job runs the list's own verb page by page as the caller, so that what he may see, in which
// rows, is decided where it always is.
#include <fmt/format.h>

#include <filesystem>

#include "base/uri.hpp"
#include "modules/desk/columns.hpp"
#include "modules/desk/tasks.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/registry.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::desk {
namespace {

constexpr std::string_view page_rows = "200";

const Route* find_list(const Routes& routes, std::string_view name) {
    for (const auto& route : routes.all())
        if (route->name == name && route->kind == Route::Kind::read &&
            (route->shape == Route::Shape::page || route->shape == Route::Shape::list))
            return route.get();
    return nullptr;
}

// A list as it was asked for: its filters and, where its path names something, that.
struct Question {
    const Route& route;
    http::Query query;
    std::vector<std::string> path;

    Question(const Route& list, std::string_view text) : route(list) {
        auto pairs = http::decode_query(text);
        if (!pairs) throw invalid_field("query", "http.bad_target");
        if (auto key = http::duplicate_key(*pairs)) throw invalid_field("query." + *key, "field.duplicate");
        for (const auto& [name, type] : route.parameters) {
            auto given = std::find_if(pairs->begin(), pairs->end(), [&](const auto& p) { return p.first == name; });
            if (given == pairs->end()) throw invalid_field("query." + name, "field.required");
            path.push_back(given->second);
            pairs->erase(given);
        }
        for (auto& pair : *pairs)
            if (pair.first != "page" && pair.first != "page_size" && pair.first != "cursor")
                query.push_back(std::move(pair));
    }
    std::unique_ptr<PreparedVerb> page(const std::optional<std::string>& cursor) const {
        Arguments arguments;
        arguments.path.assign(path.begin(), path.end());
        arguments.query = query;
        if (route.shape == Route::Shape::page) arguments.query.emplace_back("page_size", page_rows);
        if (cursor) arguments.query.emplace_back("cursor", *cursor);
        return route.prepare(arguments);
    }
};

std::vector<FlatColumn> chosen_columns(const Route& route, const std::vector<Text<1, 120>>& wanted) {
    auto all = flat_columns(*route.answer);
    if (wanted.empty()) return all;
    std::vector<FlatColumn> out;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        auto found = std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.path == wanted[i].value; });
        if (found == all.end()) throw invalid_field(fmt::format("columns[{}]", i), "field.unknown");
        out.push_back(*found);
    }
    return out;
}

// /api/repair-records/ is written to repair-records-20260302-1630.xlsx.
std::string file_name(const Route& route, const Zone& zone, Time now, std::string_view extension) {
    std::string name;
    for (std::string_view rest = route.path; !rest.empty();) {
        const auto segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(rest.size(), segment.size() + 1));
        if (!segment.empty() && segment != "api" && segment[0] != '{') name = segment;
    }
    const auto at = zone.local(now);
    const auto day = civil_from_days(at.day);
    return fmt::format("{}-{:04}{:02}{:02}-{:02}{:02}.{}", name, day.year, day.month, day.day, at.hour(), at.minute(),
                       extension);
}

std::string sheet_title(const Reading& reading, const Route& route) {
    const Word* word = reading.words.find("route." + route.name);
    return word ? word->in(reading.locale) : route.summary;
}

// Removes what an attempt has written, unless it came to its end.
class Draft {
 public:
    Draft(files::FileStore& store, std::string_view extension) : path(store.new_path(extension)) {}
    ~Draft() {
        std::error_code ignored;
        if (!kept_) std::filesystem::remove(path, ignored);
    }
    Draft(const Draft&) = delete;
    void keep() { kept_ = true; }
    const std::string path;

 private:
    bool kept_ = false;
};

// One page as the caller sees it now: a right taken away ends the walk.
Result next_page(jobs::Context& context, const Export& order, const Question& question,
                 const std::optional<std::string>& cursor) {
    return context.db.read([&](Rx& rx) {
        auto actor = rx.part<Identities>().of_mandate(rx, order.mandate);
        if (!actor) throw forbidden();
        actor->require(question.route.permission);
        auto verb = question.page(cursor);
        verb->run({.rx = &rx, .actor = &*actor});
        return verb->result();
    });
}

}  // namespace

void export_job(jobs::Context& context, const ExportTask& task) {
    auto& parts = context.db.parts();
    const auto [order, now, zone] = context.db.read(
        [&](Rx& rx) { return std::tuple(rx.one(task.export_id), rx.now(), rx.part<settings::Company>().zone(rx)); });
    const Route* route = find_list(parts.get<Routes>(), order.route);
    if (!route) throw not_found("desk.unknown_list");
    const Question question(*route, order.query.value);
    const auto columns = chosen_columns(*route, order.columns);
    const Reading reading{parts.get<Words>(), zone, order.mandate.english ? Locale::en : Locale::zh};
    std::vector<sheets::Column> headings;
    for (const auto& column : columns)
        headings.push_back({heading_of(reading, *column.record, *column.field), shape_of(*column.field->type)});

    const bool xlsx = order.format == SheetFormat::xlsx;
    const std::string extension(name_of(order.format));
    Draft draft(parts.get<files::FileStore>(), extension);
    auto sheet = xlsx ? sheets::write_xlsx(draft.path, sheet_title(reading, *route), headings, now)
                      : sheets::write_csv(draft.path, headings);
    std::optional<std::string> cursor;
    std::int64_t done = 0, total = 0;
    sheets::Row cells;
    do {
        context.check();
        const Result page = next_page(context, order, question, cursor);
        const auto document = JsonDocument::parse(page.data);
        for (auto [key, row] : document->root()) {
            fill_row(reading, columns, row, cells);
            sheet->row(cells);
            ++done;
        }
        if (page.page && page.page->total_exact) total = std::max(total, page.page->total);
        context.progress(done, total);
        cursor = page.page ? page.page->next : std::nullopt;
    } while (cursor);
    sheet->finish();
    context.counts({.seen = done, .done = done});
    context.result_file(draft.path, file_name(*route, reading.zone, now, extension),
                        xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv");
    context.complete([&](Tx& tx) { tx.exec("DELETE FROM desk_export WHERE id = ?", task.export_id); });
    draft.keep();
}

JobStarted create_export(Tx& tx, const Actor& actor, const ExportInput& input) {
    const Route* route = find_list(tx.part<Routes>(), input.route);
    if (!route) throw invalid_field("route", "desk.unknown_list");
    actor.require(route->permission);
    Export order;
    order.route = input.route;
    order.format = input.format.value_or(SheetFormat::xlsx);
    order.query = input.query.value_or("");
    order.columns = input.columns.value_or(std::vector<Text<1, 120>>{});
    order.mandate = mandate_of(actor);
    order.created_at = tx.now();
    chosen_columns(*route, order.columns);
    Question(*route, order.query.value).page({});  // refuses now what the job could only fail by
    const auto made = tx.insert(std::move(order)).id;
    tx.note("route", "\"" + route->name + "\"");
    return {jobs::enqueue(tx, "desk.export", ExportTask{made},
                          {.priority = 6, .max_attempts = 3, .creator_id = actor.user_id})
                .value};
}

}  // namespace yuanliu::desk
