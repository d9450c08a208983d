// One box that finds everything: modules say how their things are found, somebody above asks all of them.
//
//     finders.add("repair.read", &find_tickets);
//
// A finder shows only what its caller may see: the permission is checked for it, the scope of rows stands in its SQL.
// It looks things up by an index: it is asked at every keystroke, of a million rows.
#pragma once

#include <functional>

#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"

namespace yuanliu::search {

struct Hit {
    std::string kind;  // "unit", "product_type", "user", "agent", "customer", "repair": the icon and the group
    std::int64_t id = 0;
    std::string title, subtitle;
    std::string path;  // of the console's page
};
YL_RECORD(Hit, "search.hit", kind, id, title, subtitle, path)

// What somebody typed or scanned: trimmed, not empty.
struct Question {
    std::string text;
    int limit = 5;  // hits a finder may give

    // The text when it is one that codes and user names are made of; without it, there is no use in looking for one.
    bool ascii() const;
    // The end of the range of texts that begin with `text`, in order of bytes.
    std::string after() const;
};

// Gives at most `limit` hits, the best first.
using Finder = std::function<std::vector<Hit>(Rx&, const Actor&, const Question&)>;

// A part of the Database. Filled once at start; then thread-safe.
class Finders {
 public:
    void add(std::string permission, Finder finder) { all_.push_back({std::move(permission), std::move(finder)}); }
    // Everything the caller may see, finder by finder in the order they were added.
    std::vector<Hit> find(Rx& rx, const Actor& actor, const Question& question) const;

 private:
    struct Entry {
        std::string permission;
        Finder finder;
    };
    std::vector<Entry> all_;
};

}  // namespace yuanliu::search
