#include "platform/sheets/cell.hpp"

#include <fmt/format.h>

#include "base/time.hpp"

namespace yuanliu::sheets {

std::string Cell::shown() const {
    switch (kind) {
        case Kind::empty: return {};
        case Kind::date: return format_date(day);
        case Kind::time: {
            const LocalTime at{day, ms_of_day, 0};
            return fmt::format("{} {:02}:{:02}:{:02}", format_date(day), at.hour(), at.minute(), at.second());
        }
        default: return text;
    }
}

}  // namespace yuanliu::sheets
