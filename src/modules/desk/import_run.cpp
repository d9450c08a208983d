// The rows of a file through the rules of their route: tried in transactions that are undone, some hundred rows at a
// time so that others can write in between, or written in one that is all there is. Rows that the rules refuse are
// named one by one; a process that dies leaves nothing.
//
// So rows that are too far apart in the file do not see each other when they are tried. Those that say the same where a
// target wants it said once are found all the same; what else they could do to each other shows when they are written,
// and then nothing is, or the others go on where that is wanted.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "modules/desk/imports.hpp"
#include "platform/audit/audit.hpp"
#include "platform/files/files.hpp"
#include "platform/jobs/jobs.hpp"
#include "platform/jobs/registry.hpp"
#include "platform/settings/company.hpp"

namespace yuanliu::desk {
namespace {

constexpr std::size_t lines_at_once = 500;         // looked up in one snapshot
constexpr std::size_t tried_at_once = 200;         // rows of a transaction of the check
constexpr std::size_t problems_of_row = 5;         // kept; more tell nothing new
constexpr std::size_t cells_bytes_max = 64 << 20;  // of all rows together, in memory

// One call of the verb, for one row or for all that go into one list.
struct Step {
    std::vector<std::size_t> lines;  // places in the plan's lines
    std::unique_ptr<PreparedVerb> verb;
};

// Found while the transaction runs: place of the line, and what is wrong.
using Found = std::vector<std::pair<std::size_t, FieldProblem>>;

// Ends the transaction without a trace.
struct Undone {};

// Whether the rules refused a row, or something else went wrong that no row is to blame for.
bool refused(const Error& e) {
    if (dynamic_cast<const UniqueViolation*>(&e)) return false;
    switch (e.fault) {
        case Fault::unreadable:
        case Fault::forbidden:
        case Fault::not_found:
        case Fault::conflict:
        case Fault::too_large:
        case Fault::unsupported:
        case Fault::invalid: return true;
        default: return false;
    }
}

std::vector<FieldProblem> problems_of(const Error& e) {
    if (e.fields.empty()) return {{"", e.code, e.args}};
    return e.fields;
}

// {"a":1} with ,"list":[entries] in it.
std::string with_list(const std::string& body, std::string_view list, const std::vector<std::string_view>& entries) {
    std::string out = body.substr(0, body.size() - 1);
    out += fmt::format("{}\"{}\":[{}]}}", out.size() > 1 ? "," : "", list, fmt::join(entries, ","));
    return out;
}

class Plan {
 public:
    Plan(const imports::Target& target, const Route& route, Actor actor, std::vector<Line> lines)
        : lines(std::move(lines)), target_(target), route_(route), actor_(std::move(actor)) {}

    // Holds each row against its Record, and puts those that pass into steps.
    void prepare(const std::set<std::size_t>& left_out) {
        std::map<std::string_view, std::size_t> open;  // by body: the step that takes further entries
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (left_out.contains(lines[i].number)) continue;
            auto verb = verb_of({i}, lines[i]);
            if (!lines[i].problems.empty()) continue;
            if (target_.list.empty()) {
                steps_.push_back({{i}, std::move(verb)});
                continue;
            }
            auto [at, fresh] = open.try_emplace(lines[i].body, steps_.size());
            if (!fresh && steps_[at->second].lines.size() >= target_.list_max) at->second = steps_.size(), fresh = true;
            if (fresh) steps_.emplace_back();
            steps_[at->second].lines.push_back(i);
        }
        if (!target_.list.empty())
            for (auto& step : steps_) step.verb = make(step.lines);
    }

    std::size_t steps() const { return steps_.size(); }
    std::size_t rows_before(std::size_t step) const {
        std::size_t rows = 0;
        for (std::size_t i = 0; i < step; ++i) rows += steps_[i].lines.size();
        return rows;
    }

    // Tries the steps from `first` on, some hundred rows, in a transaction that the caller undoes; returns the first
    // step that was not tried.
    std::size_t try_some(Tx& tx, jobs::Context& context, std::size_t first, Found& found) {
        std::size_t rows = 0;
        for (; first < steps_.size() && (rows == 0 || rows + steps_[first].lines.size() <= tried_at_once); ++first) {
            if (context.cancelled()) throw jobs::Interrupted{};
            run_apart(tx, steps_[first], false, found);
            rows += steps_[first].lines.size();
        }
        return first;
    }

    // Good rows that say the same as one of an earlier transaction. `ends`: of each transaction, the first step after
    // it.
    Found repeated(const std::vector<std::size_t>& ends, const Found& found) const {
        struct First {
            std::size_t transaction, place;
        };
        Found out;
        if (target_.unique.empty() || ends.size() < 2) return out;
        std::set<std::size_t> bad;
        for (const auto& [place, problem] : found) bad.insert(place);
        std::unordered_map<std::string, First> said;
        for (std::size_t transaction = 0, step = 0; transaction < ends.size(); ++transaction)
            for (; step < ends[transaction]; ++step)
                for (const auto place : steps_[step].lines) {
                    const auto key = bad.contains(place) ? std::string() : unique_of(lines[place]);
                    if (key.empty()) continue;
                    const auto [at, fresh] = said.try_emplace(key, First{transaction, place});
                    if (fresh || at->second.transaction == transaction) continue;
                    const auto row = std::to_string(lines[at->second.place].number);
                    out.push_back({place, {target_.unique, "desk.row_repeated", {{"row", row}}}});
                }
        return out;
    }

    // Runs every step; `careful`: each so that it alone can be undone, and refusals are gathered instead of thrown.
    Found run(Tx& tx, jobs::Context& context, bool careful, bool audited) {
        Found found;
        std::size_t done = 0;
        for (auto& step : steps_) {
            if (context.cancelled()) throw jobs::Interrupted{};
            if (careful)
                run_apart(tx, step, audited, found);
            else
                run_step(tx, *step.verb, audited);
            context.progress(std::int64_t(done += step.lines.size()), std::int64_t(lines.size()));
        }
        return found;
    }

    std::vector<Line> lines;

 private:
    // What the row says where no two may say the same; empty: nothing.
    std::string unique_of(const Line& line) const {
        if (target_.unique == target_.list) return line.entry;
        const auto document = JsonDocument::parse(line.body);
        for (auto [key, value] : document->root())
            if (key == target_.unique) return std::string(value.text());
        return {};
    }

    std::unique_ptr<PreparedVerb> make(const std::vector<std::size_t>& places) const {
        std::vector<std::string_view> entries;
        for (auto place : places) entries.push_back(lines[place].entry);
        Arguments arguments;
        const auto body = with_list(lines[places[0]].body, target_.list, entries);
        arguments.body = body;
        return target_.prepare(arguments);
    }

    // The call of one row alone; what its Record refuses goes to the row.
    std::unique_ptr<PreparedVerb> verb_of(const std::vector<std::size_t>& place, Line& line) const {
        if (!target_.list.empty() && line.entry.empty()) return nullptr;  // told already
        try {
            if (!target_.list.empty()) return make(place);
            Arguments arguments;
            arguments.body = line.body;
            return target_.prepare(arguments);
        } catch (const Error& e) {
            if (!refused(e)) throw;
            for (auto problem : problems_of(e)) {
                problem.field = problem.field.substr(0, problem.field.find('['));
                const bool told = std::any_of(line.problems.begin(), line.problems.end(),
                                              [&](const auto& p) { return p.field == problem.field; });
                if (!told) line.problems.push_back(std::move(problem));
            }
            return nullptr;
        }
    }

    // Each call has an operation record of its own, as if it had come alone.
    void run_step(Tx& tx, PreparedVerb& verb, bool audited) {
        Tx inner(tx.connection(), tx.now());
        verb.run({.tx = &inner, .actor = &actor_});
        if (audited && route_.audited) audit::record(inner, actor_, route_.name);
        for (auto& action : inner.take_after_commit()) tx.after_commit(std::move(action));
    }

    // A list is refused as a whole, with the entries named that are to blame: the others are tried again without them.
    void run_apart(Tx& tx, Step& step, bool audited, Found& found) {
        auto places = step.lines;
        PreparedVerb* verb = step.verb.get();
        std::unique_ptr<PreparedVerb> again;
        while (!places.empty()) {
            const SqlParams none(nullptr);
            tx.connection().run("SAVEPOINT desk_row", none);
            try {
                run_step(tx, *verb, audited);
                tx.connection().run("RELEASE SAVEPOINT desk_row", none);
                return;
            } catch (const Error& e) {
                if (!refused(e)) throw;
                tx.connection().run("ROLLBACK TO SAVEPOINT desk_row", none);
                tx.connection().run("RELEASE SAVEPOINT desk_row", none);
                places = blame(e, places, found);
            }
            if (places.empty()) return;
            again = make(places);
            verb = again.get();
        }
    }

    // Puts the refusal down to its rows; returns those that it does not speak of.
    std::vector<std::size_t> blame(const Error& e, const std::vector<std::size_t>& places, Found& found) const {
        std::set<std::size_t> bad;
        const std::string prefix = target_.list + "[";
        if (!target_.list.empty())
            for (const auto& problem : e.fields) {
                if (!problem.field.starts_with(prefix)) continue;
                const auto at = std::strtoull(problem.field.c_str() + prefix.size(), nullptr, 10);
                if (at >= places.size()) continue;
                bad.insert(at);
                found.push_back({places[at], {target_.list, problem.code, problem.args}});
            }
        if (bad.empty()) {
            for (auto place : places)
                for (const auto& problem : problems_of(e)) found.push_back({place, problem});
            return {};
        }
        std::vector<std::size_t> rest;
        for (std::size_t i = 0; i < places.size(); ++i)
            if (!bad.contains(i)) rest.push_back(places[i]);
        return rest;
    }

    const imports::Target& target_;
    const Route& route_;
    const Actor actor_;
    std::vector<Step> steps_;
};

// ---- the job ----

struct Setting {
    Import row;
    const imports::Target* target = nullptr;
    const Route* route = nullptr;
    Actor actor;
    std::string path;
    std::set<std::size_t> bad;  // rows that the check refused
};

Setting setting_of(Rx& rx, const ImportTask& task) {
    Setting out;
    out.row = rx.one(task.import_id);
    auto actor = rx.part<Identities>().of_mandate(rx, out.row.mandate);
    if (!actor) throw forbidden();
    out.actor = std::move(*actor);
    out.target = rx.part<imports::Targets>().find(out.row.route);
    for (const auto& route : rx.part<Routes>().all())
        if (route->name == out.row.route.value) out.route = route.get();
    if (!out.target || !out.route) throw not_found("desk.unknown_target");
    out.actor.require(out.route->permission);
    out.path = file_of(rx, out.row);
    if (task.write)
        for (auto number : rx.values<std::int64_t>(
                 "SELECT DISTINCT row_number FROM desk_import_problem WHERE import_id = ?", task.import_id))
            out.bad.insert(std::size_t(number));
    return out;
}

void read_lines(jobs::Context& context, const Setting& setting, std::vector<Line>& lines) {
    auto& parts = context.db.parts();
    const auto zone = context.db.read([&](Rx& rx) { return rx.part<settings::Company>().zone(rx); });
    const Reading reading{parts.get<Words>(), zone, setting.actor.locale};
    LineReader reader(reading, parts.get<imports::Targets>(), *setting.target, setting.row.columns,
                      setting.row.mapping);
    for (std::size_t at = 0; at < lines.size(); at += lines_at_once) {
        context.check();
        context.db.read([&](Rx& rx) {
            for (std::size_t i = at; i < std::min(at + lines_at_once, lines.size()); ++i) {
                lines[i].body.clear(), lines[i].entry.clear(), lines[i].problems.clear();
                reader.read(rx, setting.actor, lines[i]);
            }
        });
    }
}

std::vector<ImportProblem> rows_of(Id<Import> id, const std::vector<Line>& lines, const Found& found) {
    std::vector<ImportProblem> out;
    std::map<std::size_t, std::vector<const FieldProblem*>> by_line;
    for (std::size_t i = 0; i < lines.size(); ++i)
        for (const auto& problem : lines[i].problems) by_line[i].push_back(&problem);
    for (const auto& [place, problem] : found) by_line[place].push_back(&problem);
    for (const auto& [place, problems] : by_line)
        for (std::size_t i = 0; i < std::min(problems.size(), problems_of_row); ++i) {
            ImportProblem row{{}, id, std::int64_t(lines[place].number), problems[i]->field, problems[i]->code, {}};
            for (const auto& [key, value] : problems[i]->args)
                row.args.entries.emplace(key, clip(value, Dictionary::value_max));
            out.push_back(std::move(row));
        }
    return out;
}

// What the job leaves in the import, in the transaction that completes it.
void store(Tx& tx, const ImportTask& task, ImportState state, std::size_t good,
           const std::vector<ImportProblem>& problems) {
    std::set<std::int64_t> bad;
    for (const auto& problem : problems) bad.insert(problem.row_number);
    tx.exec("DELETE FROM desk_import_problem WHERE import_id = ?", task.import_id);
    tx.bulk_insert(problems);
    tx.exec("UPDATE desk_import SET state = ?, good = ?, bad = ?, updated_at = ? WHERE id = ?", state, good, bad.size(),
            tx.now(), task.import_id);
}

std::size_t lines_with(const std::vector<ImportProblem>& problems) {
    std::set<std::int64_t> numbers;
    for (const auto& problem : problems) numbers.insert(problem.row_number);
    return numbers.size();
}

void check(jobs::Context& context, const ImportTask& task, Plan& plan) {
    Found found;
    std::vector<std::size_t> ends;
    for (std::size_t at = 0; at < plan.steps(); ends.push_back(at)) {
        Found some;
        std::size_t next = at;
        try {
            context.write([&](Tx& tx) {
                some.clear();
                next = plan.try_some(tx, context, at, some);
                throw Undone{};
            });
        } catch (const Undone&) {
        }
        found.insert(found.end(), some.begin(), some.end());
        at = next;
        context.progress(std::int64_t(plan.rows_before(at)), std::int64_t(plan.lines.size()));
    }
    const auto repeated = plan.repeated(ends, found);
    found.insert(found.end(), repeated.begin(), repeated.end());
    const auto problems = rows_of(task.import_id, plan.lines, found);
    const auto good = plan.lines.size() - lines_with(problems);
    context.counts({.seen = std::int64_t(plan.lines.size()),
                    .done = std::int64_t(good),
                    .failed = std::int64_t(lines_with(problems))});
    context.complete([&](Tx& tx) { store(tx, task, ImportState::checked, good, problems); });
}

// The problems of the check stay, those that have come up since are added.
std::vector<ImportProblem> all_problems(Rx& rx, const ImportTask& task, const Plan& plan, const Found& found) {
    auto out = rx.all<ImportProblem>("WHERE import_id = ? ORDER BY row_number, id", task.import_id);
    for (auto& problem : out) problem.id = {};
    for (auto& problem : rows_of(task.import_id, plan.lines, found)) {
        const bool known =
            std::any_of(out.begin(), out.end(), [&](const auto& p) { return p.row_number == problem.row_number; });
        if (!known) out.push_back(std::move(problem));
    }
    return out;
}

void write(jobs::Context& context, const ImportTask& task, Plan& plan) {
    const auto total = plan.lines.size();
    const auto untouched = context.db.read([&](Rx& rx) { return all_problems(rx, task, plan, {}); });
    auto finish = [&](Tx& tx, const std::vector<ImportProblem>& problems) {
        const auto good = total - lines_with(problems);
        context.counts(
            {.seen = std::int64_t(total), .done = std::int64_t(good), .skipped = std::int64_t(lines_with(problems))});
        store(tx, task, ImportState::done, good, problems);
    };
    // All went well in the check: first without a step back for every row, which costs as much as the row.
    if (untouched.empty() || task.skip_bad_rows) {
        try {
            return context.complete([&](Tx& tx) {
                plan.run(tx, context, false, true);
                finish(tx, untouched);
            });
        } catch (const Error& e) {
            if (!refused(e)) throw;
        }
    }
    // Somebody was quicker since: now row by row, to say which, and to go on without them where that is wanted.
    std::vector<ImportProblem> problems;
    try {
        context.complete([&](Tx& tx) {
            problems = all_problems(tx, task, plan, plan.run(tx, context, true, true));
            if (!problems.empty() && !task.skip_bad_rows) throw Undone{};
            finish(tx, problems);
        });
    } catch (const Undone&) {
        context.counts({.seen = std::int64_t(total), .failed = std::int64_t(lines_with(problems))});
        context.complete([&](Tx& tx) { store(tx, task, ImportState::failed, total - lines_with(problems), problems); });
    }
}

}  // namespace

std::vector<Line> lines_of(const std::string& path) {
    std::vector<Line> out;
    bool first = true;
    std::size_t bytes = 0;
    sheets::read(path, import_limits(), [&](std::size_t number, const sheets::Row& cells) {
        if (std::exchange(first, false)) return true;
        for (const auto& cell : cells) bytes += sizeof cell + cell.text.size();
        if (bytes > cells_bytes_max * 4)
            throw Error(Fault::too_large, "sheets.too_large", {{"max", std::to_string(import_bytes_max >> 20)}});
        out.push_back({number, cells, {}, {}, {}});
        return true;
    });
    return out;
}

std::string message_of(const Words& words, Locale locale, const ImportProblem& problem) {
    const Error::Args args(problem.args.entries.begin(), problem.args.entries.end());
    return words.message(locale, problem.code, args);
}

Content sheet_content(const std::string& path, std::string name) {
    Content content;
    content.type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    content.filename = std::move(name);
    std::ifstream file(path, std::ios::binary);
    content.bytes.assign(std::istreambuf_iterator<char>(file), {});
    if (content.bytes.empty()) throw internal("cannot read " + path);
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    return content;
}

void import_job(jobs::Context& context, const ImportTask& task) {
    const auto setting = context.db.read([&](Rx& rx) { return setting_of(rx, task); }, Freshness::latest);
    auto lines = lines_of(setting.path);
    read_lines(context, setting, lines);
    Plan plan(*setting.target, *setting.route, setting.actor, std::move(lines));
    plan.prepare(setting.bad);
    task.write ? write(context, task, plan) : check(context, task, plan);
}

}  // namespace yuanliu::desk
