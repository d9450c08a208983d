#include "platform/imports/targets.hpp"

#include <algorithm>

namespace yuanliu::imports {
namespace {

bool said_by_a_cell(const Type& type) {
    switch (type.kind) {
        case Kind::record:
        case Kind::secret:
        case Kind::raw:
        case Kind::blind: return false;
        case Kind::list: return said_by_a_cell(*type.element) && type.element->kind != Kind::list;
        default: return true;
    }
}

}  // namespace

std::vector<const Field*> Target::fields() const {
    std::vector<const Field*> out;
    for (const auto& field : body->fields)
        if (said_by_a_cell(*field.type) && std::find(hidden.begin(), hidden.end(), field.name) == hidden.end())
            out.push_back(&field);
    return out;
}

const Field* Target::find(std::string_view name) const {
    for (const Field* field : fields())
        if (field->name == name) return field;
    return nullptr;
}

Target& Targets::add(std::string route) {
    all_.push_back(std::make_unique<Target>());
    all_.back()->route = std::move(route);
    return *all_.back();
}

void Targets::check(const Routes& routes) {
    for (auto& target : all_) {
        const auto& list = routes.all();
        const auto found =
            std::find_if(list.begin(), list.end(), [&](const auto& route) { return route->name == target->route; });
        if (found == list.end() || (*found)->method != "POST")
            throw internal("rows are to go to " + target->route + ", which is no POST route");
        if (!target->prepare) {
            if (!(*found)->body || (*found)->kind != Route::Kind::write || !(*found)->parameters.empty())
                throw internal(target->route + " takes no rows: it needs a verb on Tx& with a body and a plain path");
            target->body = (*found)->body, target->prepare = (*found)->prepare;
        }
        const Field* list_field = target->list.empty() ? nullptr : target->body->find(target->list);
        if (!target->list.empty() && (!list_field || list_field->type->kind != Kind::list || target->list_max == 0))
            throw internal(target->route + " has no list " + target->list);
        if (!target->unique.empty() && !target->find(target->unique))
            throw internal(target->route + " has no field " + target->unique);
        for (const auto& field : target->body->fields)
            if (!field.type->optional && !target->find(field.name))
                throw internal(target->route + " takes no rows: no cell can say " + std::string(field.name));
    }
}

const Target* Targets::find(std::string_view route) const {
    for (const auto& target : all_)
        if (target->route == route) return target.get();
    return nullptr;
}

const Resolver* Targets::resolver(std::string_view field) const {
    const auto found = resolvers_.find(field);
    return found == resolvers_.end() ? nullptr : &found->second;
}

}  // namespace yuanliu::imports
