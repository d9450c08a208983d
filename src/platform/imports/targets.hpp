// What spreadsheets may bring in. A module says which of its routes take rows:
//
//     targets.add("catalog.product_types.create");
//     targets.add("units.products.bulk_create.create").gather("qrcode_ids", 10000).without({"count"});
//     targets.refer("product_type_id", &type_called);
//
// A row becomes the body of one call, so whatever holds for the route holds for a row: its permission, the rules of its
// Record and of its verb. The verb takes Tx&: rows are tried in transactions that are undone, and written in one.
#pragma once

#include <functional>
#include <map>

#include "platform/routes/routes.hpp"

namespace yuanliu::imports {

// The id of what people call so ("YL-1200A", "huanan"); nothing when there is no such thing, or none for this caller.
using Resolver = std::function<std::optional<std::int64_t>(Rx&, const Actor&, std::string_view)>;

struct Target {
    std::string route;  // its permission and its word
    const Record* body = nullptr;
    std::function<std::unique_ptr<PreparedVerb>(const Arguments&)> prepare;
    std::string list;                 // the field of the body that takes one entry a row; empty: a row is a body
    std::size_t list_max = 0;         // entries of one call
    std::vector<std::string> hidden;  // fields that no column is for
    std::string unique;               // the field of which no two rows may say the same

    // Rows that agree in everything else become one call. A refusal that names `list[3]` is the fourth row's.
    Target& gather(std::string field, std::size_t max) { return list = std::move(field), list_max = max, *this; }
    Target& without(std::vector<std::string> fields) { return hidden = std::move(fields), *this; }
    // Two rows that say the same here cannot both be written: what the rules find in
    // one transaction, the check looks for itself where it tries the rows in several.
    Target& once(std::string field) { return unique = std::move(field), *this; }
    // The fields that a column may be for, in order. What no cell can say (records, secrets, raw JSON) is not among
    // them.
    std::vector<const Field*> fields() const;
    const Field* find(std::string_view name) const;
};

// A part of the Database. Filled once at start, then thread-safe.
class Targets {
 public:
    // The rows go to the route's own verb.
    Target& add(std::string route);
    // They go to this one, where the route's own cannot run inside of a transaction, or asks for what no sheet should
    // hold.
    template <class R, class... A>
    Target& add(std::string route, R (*verb)(A...)) {
        auto& other = verbs_.post("/" + std::to_string(all_.size()) + "/", "public", verb, "");
        Target& target = add(std::move(route));
        target.body = other.body, target.prepare = other.prepare;
        return target;
    }
    // How cells of a field that holds an id are read.
    void refer(std::string field, Resolver resolver) { resolvers_[std::move(field)] = std::move(resolver); }

    // Throws internal for a route that is not there, is no POST, has no body or a verb that is not on Tx&. At start.
    void check(const Routes& routes);

    const std::vector<std::unique_ptr<Target>>& all() const { return all_; }
    const Target* find(std::string_view route) const;
    const Resolver* resolver(std::string_view field) const;

 private:
    std::vector<std::unique_ptr<Target>> all_;
    std::map<std::string, Resolver, std::less<>> resolvers_;
    Routes verbs_;
};

}  // namespace yuanliu::imports
