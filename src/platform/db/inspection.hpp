// Something that must always hold and that SQL alone cannot tell: what only the key of this installation opens, what
// lies on the disk. `yuanliu check` runs these beside the invariants; they only read, while others may work.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "platform/db/db.hpp"

namespace yuanliu {

struct Inspection {
    std::string name;     // files.content_on_disk
    std::string meaning;  // what is broken when something comes back, for the operator
    // What breaks it, as an operator finds it again: ids, with a word where one helps. Stops after `most`.
    std::function<std::vector<std::string>(Database&, std::size_t most)> find;
};

namespace detail {
// The ids of this table's rows for which `whole` does not hold, or that it cannot read; a thousand rows a snapshot.
// `read_all` reads the rows of a range at once: only where that fails are they looked at one by one.
std::vector<std::string> broken_rows(Database& db, const Record& record, std::size_t most,
                                     const std::function<bool(Rx&, std::int64_t after, std::int64_t upto)>& read_all);
}  // namespace detail

// Every row can be read as the program reads it: each value is one of its type, and what is sealed opens with the key
// of this installation. `whole`: what else must hold of a row.
template <Described T>
Inspection readable(std::function<bool(Rx&, const T&)> whole = {}) {
    return {std::string(record_of<T>().name) + ".readable",
            "a row cannot be read: a value that is none, or personal data that this installation's key does not open",
            [whole](Database& db, std::size_t most) {
                return detail::broken_rows(
                    db, record_of<T>(), most, [&](Rx& rx, std::int64_t after, std::int64_t upto) {
                        for (const auto& row : rx.all<T>("WHERE id > ? AND id <= ? ORDER BY id", after, upto))
                            if (whole && !whole(rx, row)) return false;
                        return true;
                    });
            }};
}

}  // namespace yuanliu
