// Labels as a PDF file, or one label as a picture.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/env.hpp"
#include "platform/print/label.hpp"

namespace yuanliu::print {

// A PDF of labels written page by page: memory does not grow with the labels beyond some tens of bytes a page. Codes
// are vector outlines, text stays text (selectable, fonts embedded as subsets). The file appears under its name only
// with finish(); destroyed before that, it leaves nothing. Stays on the thread that made it: fonts are loaded once a
// thread.
class LabelPdf {
 public:
    // Throws as check(layout); internal when the file cannot be made or no Chinese font is installed.
    LabelPdf(std::string path, const LabelLayout&, const std::string& title, Time created);
    ~LabelPdf();
    LabelPdf(const LabelPdf&) = delete;
    LabelPdf& operator=(const LabelPdf&) = delete;

    // Throws invalid: a QR or bar text that cannot be encoded or would be too fine to read; no_space. After invalid the
    // caller may go on with the next label.
    void add(const Fields&);
    std::int64_t labels() const;
    // Completes the file and gives it its name; a file without labels has one blank page. Throws no_space, internal.
    void finish();

 private:
    struct Body;
    std::unique_ptr<Body> body_;
};

// One label of the layout on white, as PNG, for a preview beside the layout's form. Throws as LabelPdf and its add();
// invalid: dpi not in 50..300.
std::string preview_png(const LabelLayout&, const Fields&, int dpi = 203);
// The same of a whole page: a roll's label, or a sheet with this label in every place that is not skipped. Of a size
// for screens, however large the paper.
std::string preview_page_png(const LabelLayout&, const Fields&);

}  // namespace yuanliu::print
