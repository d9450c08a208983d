// GET /q/{code}: what a person sees who points a phone at the label. Plain HTML made here, no script, no personal data.
#include <fmt/format.h>

#include "base/text.hpp"
#include "base/time.hpp"
#include "base/unit_code.hpp"
#include "modules/units/pages.hpp"
#include "modules/units/rules.hpp"
#include "platform/words/words.hpp"

namespace yuanliu::units {
namespace {

constexpr std::string_view style =
    "body{margin:0;background:#f5f7fa;color:#1f2329;font:16px/1.6 -apple-system,'Segoe UI','PingFang SC','Microsoft "
    "YaHei','Noto Sans CJK "
    "SC','WenQuanYi Micro Hei',sans-serif}main{max-width:30rem;margin:0 auto;padding:1rem}"
    ".card{background:#fff;border-radius:12px;padding:1.25rem;margin:1rem 0;box-shadow:0 1px 3px rgba(0,0,0,.08)}"
    ".verdict{border-left:6px solid}.good{border-color:#1b7f4b}.good h1{color:#1b7f4b}.bad{border-color:#c62828}.bad "
    "h1{color:#c62828}"
    ".warn{border-color:#a15c07}.warn h1{color:#a15c07}h1{font-size:1.35rem;margin:0 0 .25rem}p{margin:.25rem 0}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.4rem "
    "1rem;margin:0}dt{color:#5b6472}dd{margin:0;text-align:right;overflow-wrap:anywhere}"
    "code{font:600 1.05rem "
    "ui-monospace,Menlo,Consolas,monospace;letter-spacing:.04em}footer{color:#5b6472;font-size:.85rem;text-align:"
    "center;"
    "padding:1rem}@media(prefers-color-scheme:dark){body{background:#14171c;color:#e6e9ef}.card{background:#1d2127}dt,"
    "footer{color:#a3acba}"
    ".good h1{color:#5cc08b}.bad h1{color:#f28b82}.warn h1{color:#e5b567}}";

struct Text {
    const Words& words;
    Locale locale;
    std::string operator()(std::string_view key) const {
        const Word* word = words.find("page." + std::string(key));
        if (!word) throw internal("no word page." + std::string(key));
        return escape_html(word->in(locale));
    }
};

Content page(const Text& text, std::string_view tone, std::string_view title, std::string_view advice,
             std::string_view facts) {
    Content content;
    content.type = "text/html; charset=utf-8";
    content.bytes = fmt::format(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\">"
        "<meta name=\"robots\" content=\"noindex\"><title>{}</title><style>{}</style></head><body><main>"
        "<section class=\"card verdict {}\"><h1>{}</h1><p>{}</p></section>{}</main><footer>{}</footer></body></html>",
        text.locale == Locale::zh ? "zh-CN" : "en", text(title), style, tone, text(title), text(advice), facts,
        text("footer"));
    content.headers = {{"Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"},
                       {"Cache-Control", "no-store"}};
    return content;
}

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

Content verdict_of(const Text& text, const WarrantyView& unit) {
    auto facts = facts_of(text, unit);
    switch (unit.status) {
        case State::activated:
        case State::in_repair:
            return unit.in_warranty ? page(text, "good", "genuine", "in_warranty", facts)
                                    : page(text, "warn", "genuine", "warranty_over", facts);
        case State::shipped: return page(text, "good", "genuine", "ready", facts);
        case State::replaced: return page(text, "warn", "withdrawn", "replaced", facts);
        case State::scrapped: return page(text, "bad", "withdrawn", "scrapped", facts);
        default: return page(text, "warn", "not_sold", "not_sold_advice", facts);
    }
}

}  // namespace

Content scan_page(Tx& tx, const Actor& actor, const yuanliu::Text<1, 100>& code) {
    Text text{tx.part<Words>(), actor.locale};
    auto verdict = tx.part<CodeMint>().judge(code.value);
    if (verdict == CodeMint::Verdict::forged) return page(text, "bad", "forged", "forged_advice", "");
    try {
        Unit unit = one_by_code(tx, code);
        auto content = verdict_of(text, warranty_of_code(tx, unit.code));
        note_scan(tx, actor, unit.id);
        return content;
    } catch (const Error& e) {
        if (e.fault != Fault::not_found) throw;
    }
    if (verdict == CodeMint::Verdict::typo) return page(text, "warn", "typo", "typo_advice", "");
    return page(text, "bad", "unknown", "unknown_advice", "");
}

}  // namespace yuanliu::units
