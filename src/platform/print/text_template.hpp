// A line of a label with named holes.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace yuanliu::print {

// What fills the holes of one label: code, type, model, batch, date …
using Fields = std::map<std::string, std::string, std::less<>>;

// `{name}` is replaced by the field, `{name:4}` by the field in groups of four characters. A field that is not given
// leaves nothing; a text all of whose fields are missing is empty, so that "批次 {batch}" does not print a lone "批次".
class TextTemplate {
 public:
    // Throws invalid (print.bad_placeholder) for a brace that is not part of a hole.
    explicit TextTemplate(std::string_view text);

    std::string fill(const Fields&) const;
    std::vector<std::string> names() const;  // of the holes, in order, repeated as they are

 private:
    struct Part {
        std::string text;  // the words themselves, or the name of a field
        bool field = false;
        int group = 0;  // characters a group, 0: as it is
    };
    std::vector<Part> parts_;
};

// "8K3FQ7WM2TZ9" becomes "8K3F Q7WM 2TZ9". Short texts (under eight characters) and texts that bring their own
// separators stay as they are; a single left-over character joins the last group.
std::string grouped(std::string_view text, int group);

}  // namespace yuanliu::print
