#include "platform/print/pdf.hpp"

#include <cairo-pdf.h>

#include <algorithm>
#include <cmath>
#include <exception>

#include "base/error.hpp"
#include "base/time.hpp"
#include "platform/print/out_file.hpp"
#include "platform/print/painter.hpp"

namespace yuanliu::print {

namespace {

constexpr double pt_per_mm = 72 / 25.4;

struct SurfaceFree {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct CanvasFree {
    void operator()(cairo_t* canvas) const { cairo_destroy(canvas); }
};
using SurfacePtr = std::unique_ptr<cairo_surface_t, SurfaceFree>;
using CanvasPtr = std::unique_ptr<cairo_t, CanvasFree>;

}  // namespace

struct LabelPdf::Body {
    Body(std::string path, const LabelLayout& given) : layout(given), painter(given), out(std::move(path)) {}
    // Cairo completes the document when the surface goes; an abandoned one must not reach a file that is going too.
    ~Body() {
        abandoned = true;
        canvas.reset();
        surface.reset();
    }

    // Cairo is C: what the file throws waits here until Cairo has returned.
    static cairo_status_t write(void* self, const unsigned char* bytes, unsigned length) {
        Body& body = *static_cast<Body*>(self);
        if (body.abandoned) return CAIRO_STATUS_SUCCESS;
        try {
            body.out.write(std::string_view(reinterpret_cast<const char*>(bytes), length));
            return CAIRO_STATUS_SUCCESS;
        } catch (...) {
            if (!body.failure) body.failure = std::current_exception();
            return CAIRO_STATUS_WRITE_ERROR;
        }
    }
    void require_open() const {
        if (!canvas) throw internal("this label file is finished");
    }
    void raise(cairo_status_t status) const {
        if (failure) std::rethrow_exception(failure);
        if (status != CAIRO_STATUS_SUCCESS) throw internal(std::string("Cairo: ") + cairo_status_to_string(status));
    }

    LabelLayout layout;
    Painter painter;
    OutFile out;
    std::exception_ptr failure;
    bool abandoned = false;
    std::int64_t labels = 0;
    std::int64_t page = 0;
    SurfacePtr surface;
    CanvasPtr canvas;
};

LabelPdf::LabelPdf(std::string path, const LabelLayout& layout, const std::string& title, Time created)
    : body_(std::make_unique<Body>(std::move(path), layout)) {
    body_->surface.reset(cairo_pdf_surface_create_for_stream(
        &Body::write, body_.get(), page_width_mm(layout) * pt_per_mm, page_height_mm(layout) * pt_per_mm));
    cairo_surface_t* surface = body_->surface.get();
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title.c_str());
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Yuanliu");
    const Time whole_second{created.ms - created.ms % second_ms};  // all that Cairo reads
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, format_rfc3339(whole_second).c_str());
    body_->canvas.reset(cairo_create(surface));
    body_->raise(cairo_status(body_->canvas.get()));
}

LabelPdf::~LabelPdf() = default;

std::int64_t LabelPdf::labels() const { return body_->labels; }

void LabelPdf::add(const Fields& fields) {
    body_->require_open();
    const Slot place = slot(body_->layout, body_->labels);
    cairo_t* canvas = body_->canvas.get();
    if (place.page != body_->page) {
        cairo_show_page(canvas);
        body_->page = place.page;
    }
    cairo_save(canvas);
    cairo_translate(canvas, place.x_mm * pt_per_mm, place.y_mm * pt_per_mm);
    try {
        body_->painter.draw(canvas, fields);
    } catch (...) {
        cairo_new_path(canvas);
        cairo_restore(canvas);
        throw;
    }
    cairo_restore(canvas);
    body_->raise(cairo_status(canvas));
    ++body_->labels;
}

void LabelPdf::finish() {
    body_->require_open();
    cairo_show_page(body_->canvas.get());
    body_->canvas.reset();
    cairo_surface_finish(body_->surface.get());
    body_->raise(cairo_surface_status(body_->surface.get()));
    body_->out.commit();
}

namespace {

// A picture of so many pixels, white.
struct Picture {
    Picture(int width, int height)
        : surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)), canvas(cairo_create(surface.get())) {
        cairo_set_source_rgb(canvas.get(), 1, 1, 1);
        cairo_paint(canvas.get());
    }
    std::string png() const {
        if (cairo_status(canvas.get()) != CAIRO_STATUS_SUCCESS)
            throw internal(std::string("Cairo: ") + cairo_status_to_string(cairo_status(canvas.get())));
        std::string bytes;
        const auto append = [](void* to, const unsigned char* part, unsigned length) {
            static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(part), length);
            return CAIRO_STATUS_SUCCESS;
        };
        if (cairo_surface_write_to_png_stream(surface.get(), append, &bytes) != CAIRO_STATUS_SUCCESS)
            throw internal("Cairo cannot write PNG");
        return bytes;
    }
    SurfacePtr surface;
    CanvasPtr canvas;
};

Picture draw_label(const LabelLayout& layout, const Fields& fields, double pixels_per_mm) {
    Painter painter(layout);
    const auto pixels = [&](double mm) { return static_cast<int>(std::lround(mm * pixels_per_mm)); };
    Picture picture(pixels(layout.label_width_mm), pixels(layout.label_height_mm));
    cairo_scale(picture.canvas.get(), pixels_per_mm / pt_per_mm, pixels_per_mm / pt_per_mm);
    painter.draw(picture.canvas.get(), fields);
    return picture;
}

constexpr double screen_pixels_max = 1600;  // of the longer side of a page
constexpr double fine_pixels_per_mm = 12;   // about 300 dpi: as sharp as labels are printed

}  // namespace

std::string preview_png(const LabelLayout& layout, const Fields& fields, int dpi) {
    if (dpi < 50) throw invalid_field("dpi", "field.too_small", {{"min", "50"}});
    if (dpi > 300) throw invalid_field("dpi", "field.too_large", {{"max", "300"}});
    return draw_label(layout, fields, dpi / 25.4).png();
}

std::string preview_page_png(const LabelLayout& layout, const Fields& fields) {
    check(layout);
    const double width = page_width_mm(layout), height = page_height_mm(layout);
    const double pixels_per_mm = std::min(fine_pixels_per_mm, screen_pixels_max / std::max(width, height));
    // Every place shows the same label: drawn once, then laid where it belongs.
    const Picture label = draw_label(layout, fields, pixels_per_mm);
    if (layout.media == Media::roll) return label.png();
    const auto pixels = [&](double mm) { return static_cast<int>(std::lround(mm * pixels_per_mm)); };
    const Picture page(pixels(width), pixels(height));
    for (std::int64_t i = 0; slot(layout, i).page == 0; ++i) {
        const Slot place = slot(layout, i);
        cairo_set_source_surface(page.canvas.get(), label.surface.get(), pixels(place.x_mm), pixels(place.y_mm));
        cairo_paint(page.canvas.get());
    }
    return page.png();
}

}  // namespace yuanliu::print
