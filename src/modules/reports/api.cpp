#include "modules/reports/csv.hpp"
#include "modules/reports/reports.hpp"

namespace yuanliu::reports {
namespace {

// A figure of the overview as a line of a spreadsheet.
struct Figure {
    std::string figure;
    std::optional<double> value;
};
YL_RECORD(Figure, "reports.figure", figure, value)

std::vector<Figure> figures_of(const Overview& all, const Words& words, Locale locale) {
    auto named = [&](std::string_view key) {
        const Word* word = words.find(key);
        return std::string(word ? word->in(locale) : key);
    };
    std::vector<Figure> out;
    for (const auto& [status, units] : all.by_state)
        out.push_back({named("choice.reports.status." + std::string(name_of(status))), double(units)});
    out.push_back({named("field.reports.made"), double(all.made)});
    out.push_back({named("field.reports.shipped"), double(all.shipped)});
    out.push_back({named("field.reports.activated"), double(all.activated)});
    out.push_back({named("field.reports.activation_rate"), all.activation_rate});
    out.push_back({named("field.reports.requested_repairs"), double(all.requested_repairs)});
    out.push_back({named("field.reports.open_repairs"), double(all.open_repairs)});
    out.push_back({named("field.reports.open_alerts"), double(all.open_alerts)});
    return out;
}

std::string json_of(const Overview& all) { return to_json(all); }
template <class T>
std::string json_of(const std::vector<T>& rows) {
    return detail::list_json(rows);
}
std::string csv_text(const Overview& all, const Words& words, Locale locale) {
    return csv_of(figures_of(all, words, locale), words, locale);
}
template <class T>
std::string csv_text(const std::vector<T>& rows, const Words& words, Locale locale) {
    return csv_of(rows, words, locale);
}

// A report takes its time: it is made by a worker, not on the thread that serves everybody.
template <auto report, class Query>
Content answer(Database& db, const Actor& actor, const Query& query, std::string_view name) {
    auto result = db.read([&](Rx& rx) { return report(rx, actor, query); });
    Content content;
    content.headers = {{"Cache-Control", "no-store"}};
    if (query.format == Format::csv) {
        content.type = "text/csv; charset=utf-8";
        content.filename = "lifecycle-" + std::string(name) + ".csv";
        content.bytes = csv_text(result, db.parts().template get<Words>(), actor.locale);
    } else {
        content.type = "application/json; charset=utf-8";
        content.bytes = "{\"status\":\"success\",\"data\":" + json_of(result) + "}";
    }
    return content;
}

Content overview_answer(Database& db, const Actor& a, const OverviewQuery& q) {
    return answer<&overview>(db, a, q, "overview");
}
Content trend_answer(Database& db, const Actor& a, const TrendQuery& q) { return answer<&trend>(db, a, q, "trend"); }
Content activation_answer(Database& db, const Actor& a, const ActivationQuery& q) {
    return answer<&activation>(db, a, q, "activation");
}
Content territories_answer(Database& db, const Actor& a, const TerritoryQuery& q) {
    return answer<&territories>(db, a, q, "territories");
}
Content failures_answer(Database& db, const Actor& a, const FailureQuery& q) {
    return answer<&failures>(db, a, q, "failures");
}
Content reasons_answer(Database& db, const Actor& a, const ReasonQuery& q) {
    return answer<&reasons>(db, a, q, "reasons");
}
Content turnaround_answer(Database& db, const Actor& a, const TurnaroundQuery& q) {
    return answer<&turnaround>(db, a, q, "turnaround");
}

constexpr const char* forms = "application/json, text/csv";

}  // namespace

void routes(Routes& r) {
    r.module("reports");
    r.permission("reports.read", {UserType::staff, UserType::agent});
    r.get("/api/reports/lifecycle/overview/", "reports.read", &overview_answer,
          "Units by state, activation, open repairs and alerts")
        .answers(forms)
        .data_of<Overview>();
    r.get("/api/reports/lifecycle/trend/", "reports.read", &trend_answer, "Shipped, activated and repaired over time")
        .answers(forms)
        .data_of<std::vector<TrendRow>>();
    r.get("/api/reports/lifecycle/activation/", "reports.read", &activation_answer,
          "How many shipped units are activated, and how soon")
        .answers(forms)
        .data_of<std::vector<ActivationRow>>();
    r.get("/api/reports/lifecycle/territories/", "reports.read", &territories_answer,
          "Activations and diversions by province and city")
        .answers(forms)
        .data_of<std::vector<TerritoryRow>>();
    r.get("/api/reports/lifecycle/failures/", "reports.read", &failures_answer, "Failed units per 1,000 activated")
        .answers(forms)
        .data_of<std::vector<FailureRow>>();
    r.get("/api/reports/lifecycle/reasons/", "reports.read", &reasons_answer, "The most frequent reasons of repairs")
        .answers(forms)
        .data_of<std::vector<ReasonRow>>();
    r.get("/api/reports/lifecycle/turnaround/", "reports.read", &turnaround_answer, "How long repairs take")
        .answers(forms)
        .data_of<std::vector<TurnaroundRow>>();
}

}  // namespace yuanliu::reports
