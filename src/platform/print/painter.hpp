// Draws labels with Cairo and Pango; inside this library only.
#pragma once

#include <memory>

#include "platform/print/label.hpp"

using cairo_t = struct _cairo;

namespace yuanliu::print {

// Fonts belong to the thread: they are loaded by its first painter and shared by all later ones, so a painter stays on
// the thread that made it.
class Painter {
 public:
    // Throws as check(); internal when no font with Chinese letters is installed.
    explicit Painter(const LabelLayout&);
    ~Painter();
    Painter(const Painter&) = delete;
    Painter& operator=(const Painter&) = delete;

    // Draws one label; the canvas counts in points and its origin is the label's top left. Throws invalid: a QR or bar
    // text that cannot be encoded, or whose modules would be too fine to read at the layout's size.
    void draw(cairo_t*, const Fields&);

 private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace yuanliu::print
