#include "platform/routes/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace yuanliu {
namespace {

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        auto slash = path.find('/');
        if (slash != 0) out.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
    }
    return out;
}

// The first segment of a path, taken off it; empty at its end. Slashes more or less do not matter.
std::string_view next_segment(std::string_view& rest) {
    while (rest.starts_with('/')) rest.remove_prefix(1);
    auto segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    return segment;
}

// "POST /api/products/{id}/repair/" of module units becomes units.products.id.repair.post; short forms for the usual
// ones.
std::string operation_name(const Route& route) {
    std::string name = route.module;
    bool skip_api = true;
    for (auto segment : segments(route.path)) {
        if (std::exchange(skip_api, false) && segment == "api") continue;
        if (segment.front() == '{') continue;
        name += '.';
        for (char c : segment) name += c == '-' || c == '.' ? '_' : c;
    }
    bool one = route.path.ends_with("}/") || route.path.ends_with("}");
    if (route.method == "GET") return name + (one ? ".view" : ".list");
    if (route.method == "PUT") return name + ".update";
    if (route.method == "DELETE") return name + ".delete";
    return name + (one ? ".act" : ".create");
}

}  // namespace

// A place in the tree of paths: every request is led down it, so nothing on the way allocates.
struct Routes::Node {
    std::vector<std::pair<std::string, std::unique_ptr<Node>>>
        named;                         // by the next segment: few enough to look through
    std::unique_ptr<Node> any;         // by a {value}
    std::vector<const Route*> routes;  // whose path ends here, one a method
};

// A walk down all branches that fit. Literal segments are counted, so that /products/activate/ wins over
// /products/{id}/.
struct Routes::Walk {
    std::string_view method;
    std::vector<std::string_view>& best_values;
    const Route* best = nullptr;
    int best_literals = -1, others_literals = -1;  // others: the path fits, the method does not
    std::vector<std::string_view> values = {};

    void visit(const Node& node, std::string_view rest, int literals) {
        auto segment = next_segment(rest);
        if (segment.empty()) return arrive(node, literals);
        for (const auto& [name, child] : node.named)
            if (name == segment) visit(*child, rest, literals + 1);
        if (!node.any) return;
        values.push_back(segment);
        visit(*node.any, rest, literals);
        values.pop_back();
    }

    void arrive(const Node& node, int literals) {
        for (const Route* route : node.routes) {
            if (route->method != method && !(method == "HEAD" && route->method == "GET"))
                others_literals = std::max(others_literals, literals);
            else if (literals > best_literals)
                best = route, best_literals = literals, best_values = values;
        }
    }
};

Routes::Routes() : tree_(std::make_unique<Node>()) {}
Routes::~Routes() = default;
Routes::Routes(Routes&&) noexcept = default;

void Routes::grow(std::string_view path, const Route& route) {
    Node* node = tree_.get();
    for (auto segment : segments(path)) {
        auto* child = &node->any;
        if (segment.front() != '{') {
            auto found =
                std::find_if(node->named.begin(), node->named.end(), [&](const auto& n) { return n.first == segment; });
            if (found == node->named.end()) found = node->named.insert(found, {std::string(segment), nullptr});
            child = &found->second;
        }
        if (!*child) *child = std::make_unique<Node>();
        node = child->get();
    }
    node->routes.push_back(&route);
}

Route& Routes::put_in(std::unique_ptr<Route> route) {
    std::size_t i = 0;
    for (auto segment : segments(route->path))
        if (segment.front() == '{') {
            if (i >= route->parameters.size())
                throw internal("no argument takes " + std::string(segment) + " of " + route->path);
            route->parameters[i++].first = segment.substr(1, segment.size() - 2);
        }
    if (i != route->parameters.size()) throw internal("the verb of " + route->path + " has more values than its path");
    route->name = operation_name(*route);
    grow(route->path, *route);
    routes_.push_back(std::move(route));
    return *routes_.back();
}

const Route* Routes::match(std::string_view method, std::string_view path, std::vector<std::string_view>& path_values,
                           std::vector<std::string_view>& allowed) const {
    path_values.clear();
    Walk walk{method, path_values};
    walk.visit(*tree_, path, 0);
    // A method that only a vaguer pattern has is not allowed on the exact path: DELETE /products/activate/.
    if (walk.best && walk.others_literals <= walk.best_literals) return walk.best;
    for (const auto& route : routes_) {
        std::vector<std::string_view> unused;
        Walk other{route->method, unused};
        other.visit(*tree_, path, 0);
        if (other.best == route.get() && other.best_literals == walk.others_literals) allowed.push_back(route->method);
    }
    return nullptr;
}

void Routes::check() const {
    std::set<std::string> declared, seen, names;
    for (const auto& permission : permissions_)
        if (!declared.insert(permission.name).second) throw internal("permission declared twice: " + permission.name);
    for (const auto& route : routes_) {
        if (!seen.insert(route->method + " " + route->path).second)
            throw internal(fmt::format("two routes: {} {}", route->method, route->path));
        if (!names.insert(route->name).second) throw internal("operation name used twice: " + route->name);
        if (route->anonymous && route->permission != "public")
            throw internal(fmt::format("{} {} asks nobody for a permission", route->method, route->path));
        if (route->hashes && route->kind != Route::Kind::work)
            throw internal(fmt::format("{} {} hashes a password where no verb may block", route->method, route->path));
        if (route->permission != "public" && route->permission != "signed_in" && !declared.contains(route->permission))
            throw internal(fmt::format("{} {} asks for the undeclared permission '{}'", route->method, route->path,
                                       route->permission));
    }
}

namespace detail {

void read_path_value(const Type& type, void* value, std::string_view text) {
    auto document = JsonDocument::from_pairs({{"value", std::string(text)}});
    Reader reader;
    reader.lenient = true;
    for (auto [key, json] : document->root()) type.read(value, json, reader);
    if (!reader.problems.empty()) throw not_found();  // no such address can exist
}

void read_query(std::span<const std::pair<const Record*, void*>> targets, const Arguments& arguments) {
    std::vector<FieldProblem> problems;
    bool shape = false;
    auto collect = [&](Error& e) {
        shape = shape || e.fault == Fault::unreadable;
        problems.insert(problems.end(), e.fields.begin(), e.fields.end());
    };
    std::vector<bool> taken(arguments.query.size());
    for (const auto& [record, object] : targets) {
        std::vector<std::pair<std::string, std::string>> mine;
        for (std::size_t i = 0; i < arguments.query.size(); ++i)
            if (record->find(arguments.query[i].first)) {
                taken[i] = true;
                // ?status= means the filter is not used.
                if (!arguments.query[i].second.empty()) mine.push_back(arguments.query[i]);
            }
        try {
            decode_query(*record, object, mine);
        } catch (Error& e) {
            collect(e);
        }
    }
    for (std::size_t i = 0; i < taken.size(); ++i)
        if (!taken[i]) shape = true, problems.push_back({arguments.query[i].first, "field.unknown"});
    if (!problems.empty())
        throw Error(shape ? Fault::unreadable : Fault::invalid, shape ? "unreadable" : "invalid")
            .with(std::move(problems));
}

}  // namespace detail
}  // namespace yuanliu
