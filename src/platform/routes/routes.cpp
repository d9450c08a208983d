#include "platform/routes/routes.hpp"

#include <fmt/format.h>

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

// Walks both paths at once; no allocation on the way of a request. Literal segments are counted, so that
// /products/activate/ wins over /products/{id}/.
bool matches(std::string_view pattern, std::string_view path, std::vector<std::string_view>& values, int& literals) {
    values.clear();
    literals = 0;
    auto next = [](std::string_view& rest) {
        while (rest.starts_with('/')) rest.remove_prefix(1);
        auto segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(segment.size());
        return segment;
    };
    for (;;) {
        auto want = next(pattern), have = next(path);
        if (want.empty() || have.empty()) return want.empty() && have.empty();
        if (want.front() == '{') values.push_back(have);
        else if (want == have) ++literals;
        else return false;
    }
}

// "POST /api/products/{id}/repair/" of module units becomes units.products.id.repair.post; short forms for the usual ones.
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

Route& Routes::put_in(std::unique_ptr<Route> route) {
    std::size_t i = 0;
    for (auto segment : segments(route->path))
        if (segment.front() == '{') {
            if (i >= route->parameters.size()) throw internal("no argument takes " + std::string(segment) + " of " + route->path);
            route->parameters[i++].first = segment.substr(1, segment.size() - 2);
        }
    if (i != route->parameters.size()) throw internal("the verb of " + route->path + " has more values than its path");
    route->name = operation_name(*route);
    routes_.push_back(std::move(route));
    return *routes_.back();
}

const Route* Routes::match(std::string_view method, std::string_view path, std::vector<std::string_view>& path_values,
                           std::vector<std::string_view>& allowed) const {
    const Route* best = nullptr;
    int best_literals = -1;
    std::vector<std::string_view> values;
    std::vector<std::pair<int, std::string_view>> others;
    for (const auto& route : routes_) {
        int literals = 0;
        if (!matches(route->path, path, values, literals)) continue;
        if (route->method != method && !(method == "HEAD" && route->method == "GET")) {
            others.emplace_back(literals, route->method);
            continue;
        }
        if (literals > best_literals) best = route.get(), best_literals = literals, path_values = values;
    }
    // A method that only a vaguer pattern has is not allowed on the exact path: DELETE /products/activate/.
    int deepest = -1;
    for (auto& [literals, name] : others) deepest = std::max(deepest, literals);
    if (best && deepest <= best_literals) return best;
    for (auto& [literals, name] : others)
        if (literals == deepest) allowed.push_back(name);
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
        if (route->permission != "public" && route->permission != "signed_in" && !declared.contains(route->permission))
            throw internal(fmt::format("{} {} asks for the undeclared permission '{}'", route->method, route->path, route->permission));
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
        throw Error(shape ? Fault::unreadable : Fault::invalid, shape ? "unreadable" : "invalid").with(std::move(problems));
}

}  // namespace detail
}  // namespace yuanliu
