#include "platform/print/painter.hpp"

#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "platform/print/code128.hpp"

#ifdef __SANITIZE_ADDRESS__
// Fontconfig links its caches by offsets instead of pointers, which the leak finder cannot follow.
extern "C" [[gnu::weak]] const char* __lsan_default_suppressions() { return "leak:libfontconfig"; }
#endif

namespace yuanliu::print {

namespace {

constexpr double pt_per_mm = 72 / 25.4;
constexpr double smallest_shrink = 0.6;
constexpr std::size_t max_value_bytes = 1000;  // far beyond any label; keeps a hostile value from costing time

constexpr const char* text_family = "WenQuanYi Micro Hei, Noto Sans CJK SC, sans-serif";
constexpr const char* mono_family = "WenQuanYi Micro Hei Mono, Noto Sans Mono CJK SC, monospace";

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using GObjectPtr = std::unique_ptr<T, Unref>;
struct FontFree {
    void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
using FontPtr = std::unique_ptr<PangoFontDescription, FontFree>;

GObjectPtr<PangoContext> make_context() {
    GObjectPtr<PangoContext> context(pango_font_map_create_context(pango_cairo_font_map_get_default()));
    pango_cairo_context_set_resolution(context.get(), 72);  // a point of text is a unit of the canvas
    // Paper has no pixel grid: without hinting, letters keep the widths they were designed with at any scale.
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context.get(), options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context.get(), FALSE);
    // Chinese, so that ideographs shared with Japanese take their Chinese shapes.
    pango_context_set_language(context.get(), pango_language_from_string("zh-cn"));
    return context;
}

FontPtr make_font(const TextLine& line, double size_pt) {
    FontPtr font(pango_font_description_from_string(line.mono ? mono_family : text_family));
    pango_font_description_set_weight(font.get(), line.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font.get(), size_pt * PANGO_SCALE);
    return font;
}

// A server without a Chinese font would print boxes for a whole batch: better to say so before the first label.
void require_chinese_font(PangoContext* context) {
    thread_local bool found = false;
    if (found) return;
    const GObjectPtr<PangoLayout> probe(pango_layout_new(context));
    const FontPtr font = make_font({}, 10);
    pango_layout_set_font_description(probe.get(), font.get());
    pango_layout_set_text(probe.get(), "源流型号", -1);
    found = pango_layout_get_unknown_glyphs_count(probe.get()) == 0;
    if (!found) throw internal("no font with Chinese letters: install fonts-wqy-microhei");
}

// Text as it may stand on a label: valid UTF-8, no control characters, of sane length.
std::string cleaned(std::string text) {
    if (text.size() > max_value_bytes) text.resize(max_value_bytes);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    if (g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr) != 0) return text;
    char* valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    text = valid;
    g_free(valid);
    return text;
}

// Keeps positions on the printer's dots as well.
double on_dot(double mm, int dpi) { return dpi == 0 ? mm : std::round(mm * dpi / 25.4) * 25.4 / dpi; }

}  // namespace

struct Painter::Body {
    // One line of the layout with what can be prepared once.
    struct Line {
        Line(const TextLine& described, PangoContext* context)
            : text(described.text), shaped(pango_layout_new(context)), font(make_font(described, described.size_pt)) {
            pango_layout_set_font_description(shaped.get(), font.get());
            pango_layout_set_ellipsize(shaped.get(), PANGO_ELLIPSIZE_END);
            pango_layout_set_wrap(shaped.get(), PANGO_WRAP_WORD_CHAR);
            pango_layout_set_height(shaped.get(), -described.max_lines);
            pango_layout_set_single_paragraph_mode(shaped.get(), TRUE);
        }
        TextTemplate text;
        GObjectPtr<PangoLayout> shaped;
        FontPtr font;
        std::string current;   // the text in `shaped`
        double width_mm = -1;  // the room it was shaped for
        double size_pt = 0;    // and the size that it got
        int rows = 0;
    };

    explicit Body(const LabelLayout& given)
        : layout(given), qr_text(given.qr_text), bar_text(given.bar_text), context(make_context()) {
        require_chinese_font(context.get());
        lines.reserve(layout.lines.size());
        for (const TextLine& line : layout.lines) lines.emplace_back(line, context.get());
        row_counts.resize(lines.size());
    }

    void shape(std::size_t index, const std::string& text, double width_mm);
    void draw_line(cairo_t*, std::size_t index, const Box&);
    void draw_qr(cairo_t*, const QrMatrix&, const Box&, double module) const;
    void draw_bar(cairo_t*, const std::vector<std::uint8_t>& modules, const Box&) const;

    LabelLayout layout;
    TextTemplate qr_text;
    TextTemplate bar_text;
    GObjectPtr<PangoContext> context;
    std::vector<Line> lines;
    std::vector<int> row_counts;
};

Painter::Painter(const LabelLayout& layout) {
    check(layout);
    body_ = std::make_unique<Body>(layout);
}
Painter::~Painter() = default;

// Lays a line out in its width; the same text in the same room is not laid out again, as most of a batch is alike.
void Painter::Body::shape(std::size_t index, const std::string& text, double width_mm) {
    Line& line = lines[index];
    const TextLine& described = layout.lines[index];
    if (line.current == text && line.width_mm == width_mm) return;
    line.current = text;
    line.width_mm = width_mm;
    line.size_pt = described.size_pt;
    PangoLayout* shaped = line.shaped.get();
    pango_layout_set_font_description(shaped, line.font.get());
    pango_layout_set_text(shaped, text.data(), static_cast<int>(text.size()));
    const double room = width_mm * pt_per_mm * PANGO_SCALE;
    if (described.shrink) {
        pango_layout_set_width(shaped, -1);
        int natural = 0;
        pango_layout_get_size(shaped, &natural, nullptr);
        if (natural > room) {
            // Quarter points: a batch of texts of all lengths then needs only a handful of font sizes.
            const double wanted = std::floor(described.size_pt * room / natural * 4) / 4;
            line.size_pt = std::max(wanted, described.size_pt * smallest_shrink);
            const FontPtr smaller = make_font(described, line.size_pt);
            pango_layout_set_font_description(shaped, smaller.get());
        }
    }
    pango_layout_set_width(shaped, static_cast<int>(room));
    line.rows = text.empty() ? 0 : std::min(pango_layout_get_line_count(shaped), described.max_lines);
}

void Painter::Body::draw_line(cairo_t* canvas, std::size_t index, const Box& box) {
    const Line& line = lines[index];
    const TextLine& described = layout.lines[index];
    const double pitch = row_height_mm(described) * pt_per_mm;
    const double room = box.width * pt_per_mm;
    for (int row = 0; row < line.rows; ++row) {
        PangoLayoutLine* shaped = pango_layout_get_line_readonly(line.shaped.get(), row);
        PangoRectangle extents;
        pango_layout_line_get_extents(shaped, nullptr, &extents);
        const double free = room - static_cast<double>(extents.width) / PANGO_SCALE;
        double x = box.x * pt_per_mm;
        if (described.align == Align::center) x += free / 2;
        if (described.align == Align::right) x += free;
        // The em square stands in the middle of the row; a Chinese em rises 0.88 above the baseline.
        const double baseline = box.y * pt_per_mm + row * pitch + (pitch - line.size_pt) / 2 + 0.88 * line.size_pt;
        cairo_move_to(canvas, x, baseline);
        pango_cairo_show_layout_line(canvas, shaped);
    }
}

void Painter::Body::draw_qr(cairo_t* canvas, const QrMatrix& matrix, const Box& box, double module) const {
    const double side = module * matrix.size;
    const double left = on_dot(box.x + (box.width - side) / 2, layout.printer_dpi) * pt_per_mm;
    const double top = on_dot(box.y + (box.height - side) / 2, layout.printer_dpi) * pt_per_mm;
    const double scale = module * pt_per_mm;
    for (const auto& ring : outline_qr(matrix)) {
        cairo_move_to(canvas, left + ring[0].x * scale, top + ring[0].y * scale);
        for (std::size_t i = 1; i < ring.size(); ++i)
            cairo_line_to(canvas, left + ring[i].x * scale, top + ring[i].y * scale);
        cairo_close_path(canvas);
    }
    cairo_fill(canvas);
}

void Painter::Body::draw_bar(cairo_t* canvas, const std::vector<std::uint8_t>& modules, const Box& box) const {
    const int count = static_cast<int>(modules.size());
    const double module = bar_module_mm(layout, count);
    const double left = on_dot(box.x + (box.width - module * count) / 2, layout.printer_dpi);
    for (int from = 0; from < count;) {
        int to = from;
        while (to < count && modules[to] == modules[from]) ++to;
        if (modules[from] != 0)
            cairo_rectangle(canvas, (left + from * module) * pt_per_mm, box.y * pt_per_mm,
                            (to - from) * module * pt_per_mm, box.height * pt_per_mm);
        from = to;
    }
    cairo_fill(canvas);
}

void Painter::draw(cairo_t* canvas, const Fields& fields) {
    Body& body = *body_;
    const LabelLayout& layout = body.layout;
    std::optional<QrMatrix> qr;
    double module = 0;
    if (layout.qr_size_mm > 0) {
        qr = encode_qr(body.qr_text.fill(fields), layout.qr_level);
        module = qr_module_mm(layout, *qr);
    }
    const double quiet_mm = module * qr_quiet_modules;
    // All refusals come before the first stroke, so that a refused label leaves its place blank.
    std::vector<std::uint8_t> bar;
    if (layout.bar_height_mm > 0) {
        bar = encode_code128(body.bar_text.fill(fields));
        bar_module_mm(layout, static_cast<int>(bar.size()));
    }

    // Widths do not depend on how many rows the lines take, heights do: shape first, then divide the label again.
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < body.lines.size(); ++i) {
        texts.push_back(cleaned(body.lines[i].text.fill(fields)));
        body.row_counts[i] = texts[i].empty() ? 0 : 1;
    }
    const Parts widths = arrange(layout, body.row_counts, quiet_mm);
    for (std::size_t i = 0; i < body.lines.size(); ++i) {
        body.shape(i, texts[i], widths.lines[i].width);
        body.row_counts[i] = body.lines[i].rows;
    }
    const Parts parts = arrange(layout, body.row_counts, quiet_mm);

    cairo_set_source_rgb(canvas, 0, 0, 0);
    if (qr) body.draw_qr(canvas, *qr, parts.qr, module);
    if (!bar.empty()) body.draw_bar(canvas, bar, parts.bar);
    for (std::size_t i = 0; i < body.lines.size(); ++i)
        if (body.row_counts[i] > 0) body.draw_line(canvas, i, parts.lines[i]);
    if (layout.cut_lines) {
        cairo_set_source_rgb(canvas, 0.75, 0.75, 0.75);
        cairo_set_line_width(canvas, 0.25);
        cairo_rectangle(canvas, 0, 0, layout.label_width_mm * pt_per_mm, layout.label_height_mm * pt_per_mm);
        cairo_stroke(canvas);
    }
}

}  // namespace yuanliu::print
