// C++ text taken apart: code without comments and literals, and the string literals by themselves.
#pragma once

#include <string>
#include <vector>

#include "tree.hpp"

namespace yuanliu::tidy {

struct Literal {
    std::size_t line;    // where it begins, from 0
    std::size_t offset;  // of its opening quote in Scan::code
    std::string text;    // as written, escapes unread; neighbours are one
};

struct Scan {
    std::string code;  // the whole file; comments are blanks, literals are empty quotes and blanks; line ends stay
    std::vector<Literal> literals;
    std::size_t line_of(std::size_t offset) const;
};

Scan scan(const File& file);

}  // namespace yuanliu::tidy
