// GET /q/{code}: what a person sees who points a phone at the label. Plain HTML made here, readable without a script
// and without personal data; the phone app (web/mobile) takes the page over where scripts run, from the facts laid
// beside it.
#include <fmt/format.h>

#include "base/text.hpp"
#include "base/time.hpp"
#include "base/unit_code.hpp"
#include "modules/units/pages.hpp"
#include "modules/units/rules.hpp"
#include "modules/units/scan_counter.hpp"
#include "modules/units/settings.hpp"
#include "platform/describe/json.hpp"
#include "platform/settings/company.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::units {
namespace {

struct Text {
    const Words& words;
    Locale locale;
    std::string operator()(std::string_view key) const {
        const Word* word = words.find("page." + std::string(key));
        if (!word) throw internal("no word page." + std::string(key));
        return escape_html(word->in(locale));
    }
};

// What the phone app reads instead of asking again, which would count the scan twice. No `<` may stand in it: the HTML
// around would end there.
std::string facts_json(std::string_view code, std::string_view verdict, const WarrantyView* unit, bool code_needed) {
    std::string json;
    JsonWriter out(json);
    out.begin_object().key("code").string(code).key("verdict").string(verdict).key("unit");
    unit ? out.raw(to_json(*unit)) : out.null();
    out.key("code_needed").boolean(code_needed).end_object();
    std::string safe;
    for (char c : json) c == '<' ? void(safe += "\\u003c") : safe.push_back(c);
    return safe;
}

// What the page has to say, before it is HTML.
struct Verdict {
    std::string_view name;           // as the phone app knows it; empty: it has nothing to say there, the page stays
    std::string_view tone;           // good, warn, bad: the colour
    std::string_view title, advice;  // words
    const WarrantyView* unit = nullptr;
};

std::string fact(const Text& text, std::string_view name, std::string_view value) {
    return fmt::format("<dt>{}</dt><dd>{}</dd>", text(name), escape_html(value));
}

std::string facts_of(const Text& text, const WarrantyView& unit) {
    std::string rows = fmt::format("<dt>{}</dt><dd><code>{}</code></dd>", text("code"),
                                   escape_html(grouped_code(unit.qrcode_id.value)));
    rows += fact(text, "product", unit.product_type) + fact(text, "model", unit.model);
    if (unit.warranty_start)
        rows +=
            fact(text, "warranty",
                 fmt::format("{} – {}", format_date(unit.warranty_start->days), format_date(unit.warranty_end->days)));
    if (unit.in_warranty) rows += fact(text, "days_left", std::to_string(unit.days_left));
    return fmt::format("<section class=\"card\"><dl>{}</dl></section>", rows);
}

Verdict verdict_of(const WarrantyView& unit) {
    switch (unit.status) {
        case State::activated:
        case State::in_repair:
            return unit.in_warranty ? Verdict{"genuine", "good", "genuine", "in_warranty", &unit}
                                    : Verdict{"genuine", "warn", "genuine", "warranty_over", &unit};
        case State::shipped: return {"genuine", "good", "genuine", "ready", &unit};
        case State::replaced: return {"genuine", "warn", "withdrawn", "replaced", &unit};
        case State::scrapped: return {"genuine", "bad", "withdrawn", "scrapped", &unit};
        default: return {"genuine", "warn", "not_sold", "not_sold_advice", &unit};
    }
}

ScanVerdict refusal_of(CodeMint::Verdict judged) {
    switch (judged) {
        case CodeMint::Verdict::forged: return ScanVerdict::forged;
        case CodeMint::Verdict::typo: return ScanVerdict::typo;
        default: return ScanVerdict::unknown;
    }
}

Verdict refused(ScanVerdict verdict) {
    switch (verdict) {
        case ScanVerdict::forged: return {"forged", "bad", "forged", "forged_advice"};
        case ScanVerdict::typo: return {"typo", "warn", "typo", "typo_advice"};
        case ScanVerdict::unknown: break;
    }
    return {"unknown", "bad", "unknown", "unknown_advice"};
}

// Style and script have names that stay, so that this page can name them; browsers ask with If-None-Match.
Content page(const Text& text, std::string_view code, const Verdict& verdict, std::string_view company = {},
             bool code_needed = false) {
    constexpr std::string_view app = "<script type=\"module\" src=\"/m/app.js\"></script>";
    Content content;
    content.type = "text/html; charset=utf-8";
    content.bytes = fmt::format(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1,viewport-fit=cover\">"
        "<meta name=\"robots\" content=\"noindex\"><meta name=\"color-scheme\" content=\"light dark\"><title>{}</title>"
        "<link rel=\"icon\" href=\"/m/icon.svg\"><link rel=\"stylesheet\" href=\"/m/app.css\">"
        "{}</head><body><div id=\"app\"><main class=\"page\">"
        "<section class=\"verdict {}\"><h1>{}</h1><p>{}</p></section>{}<footer class=\"foot\">{}</footer></main></div>"
        "<script type=\"application/json\" id=\"facts\">{}</script></body></html>",
        text.locale == Locale::zh ? "zh-CN" : "en", text(verdict.title), verdict.name.empty() ? "" : app, verdict.tone,
        text(verdict.title), text(verdict.advice), verdict.unit ? facts_of(text, *verdict.unit) : "",
        company.empty() ? text("footer") : escape_html(company),
        facts_json(code, verdict.name, verdict.unit, code_needed));
    content.headers = {{"Content-Security-Policy", std::string(phone_policy)},
                       {"Permissions-Policy", std::string(phone_permissions)},
                       {"Cache-Control", "no-store"}};
    return content;
}

}  // namespace

Content scan_page(Rx& rx, const Actor& actor, const yuanliu::Text<1, 100>& code) {
    const Text text{rx.part<Words>(), actor.locale};
    auto& counter = rx.part<ScanCounter>();
    const auto company = rx.part<settings::Company>().name(rx);
    // What we know is ours, however it looks: one in 32 of the codes that callers bring themselves has a right check
    // symbol, and none of them has a MAC.
    try {
        const Unit unit = one_by_code(rx, code);
        const auto facts = warranty_of_code(rx, unit.code);
        if (!actor.prefetch) counter.count(actor, unit.id);
        return page(text, unit.code.value, verdict_of(facts), company, activation_needs_code(rx));
    } catch (const Error& e) {
        if (e.fault != Fault::not_found) throw;
    }
    const auto verdict = refusal_of(rx.part<CodeMint>().judge(code.value));
    if (!actor.prefetch) counter.count(verdict);
    return page(text, code.value, refused(verdict), company);
}

std::optional<Content> scan_error_page(const Words& words, const Actor& actor, std::string_view path,
                                       const Error& error) {
    const bool label = path.starts_with("/q") || path.starts_with("/Q");
    if (!label || (path.size() > 2 && path[2] != '/')) return {};
    const Text text{words, actor.locale};
    switch (error.fault) {
        case Fault::unreadable:
        case Fault::invalid:
        case Fault::not_found: return page(text, "", refused(ScanVerdict::unknown));
        case Fault::too_many: return page(text, "", {"", "warn", "too_many", "too_many_advice"});
        default: return page(text, "", {"", "warn", "unavailable", "unavailable_advice"});
    }
}

}  // namespace yuanliu::units
