// Lists: what a caller may ask (page, size, order, cursor) and what comes back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/describe/record.hpp"

namespace yuanliu {

// Query parameters shared by every list. `cursor` (the `next` of the page before) walks a list of any length at the
// same speed and without gaps; `page` is for people and ends where skipping rows would get slow.
struct PageQuery {
    std::optional<Int<1, 10000>> page;
    std::optional<Int<1, 200>> page_size;
    std::optional<Text<0, 100>> ordering;  // a field, with `-` in front for descending
    std::optional<Text<0, 400>> cursor;
};
YL_RECORD(PageQuery, "page_query", page, page_size, ordering, cursor)

struct PageInfo {
    int page = 1;
    int page_size = 20;
    std::int64_t total = 0;  // rows that match; when not exact, at least so many
    bool total_exact = true;
    std::optional<std::string> next;  // cursor of the following page; none on the last
};

template <class T>
struct Page {
    std::vector<T> items;
    PageInfo info;
};

}  // namespace yuanliu
