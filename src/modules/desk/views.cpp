// Saved views and preferences.
#include "modules/desk/desk.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::desk {
namespace {

constexpr std::size_t columns_max = 60;

bool sees_shared(const Actor& actor) { return actor.is(UserType::staff) || actor.is(UserType::administrator); }

SavedView shown(const Actor& actor, const View& view) {
    return {view.id,
            view.list.value,
            view.name.value,
            view.shared,
            view.owner_id == actor.user_id,
            view.query.value.value,
            view.columns,
            view.updated_at};
}

void apply(Rx& rx, const Actor& actor, View& view, const ViewInput& input) {
    const bool shared = input.shared.value_or(false);
    if (shared && !view.shared) actor.require("desk.share");
    if (input.columns && input.columns->size() > columns_max)
        throw invalid_field("columns", "field.too_many", {{"max", std::to_string(columns_max)}});
    if (rx.exists<View>("owner_id = ? AND list = ? AND name = ? AND id <> ?", view.owner_id, input.list, input.name,
                        view.id))
        throw invalid_field("name", "desk.view_name_taken", {{"name", input.name.value}});
    view.list = input.list;
    view.name = input.name;
    view.shared = shared;
    view.query = input.query.value_or("");
    view.columns = input.columns.value_or(std::vector<Text<1, 60>>{});
    view.updated_at = rx.now();
}

View lock_own(Tx& tx, const Actor& actor, Id<View> id) {
    return tx.lock<View>("WHERE id = ? AND (owner_id = ? OR (shared AND ?))", id, actor.user_id,
                         actor.is(UserType::administrator));
}

}  // namespace

Page<SavedView> views(Rx& rx, const Actor& actor, const ViewFilter& filter, const PageQuery& page) {
    // Names in Chinese are in no useful order in a database: those saved first come first.
    auto rows = List("SELECT id, owner_id, list, name, shared, query, columns, created_at, updated_at FROM desk_view")
                    .always("(owner_id = ? OR (shared AND ?))", actor.user_id, sees_shared(actor))
                    .where("list = ?", filter.list)
                    .sort({{"id", "id"}}, "id")
                    .page<View>(rx, page);
    Page<SavedView> out;
    out.info = std::move(rows.info);
    for (const auto& row : rows.items) out.items.push_back(shown(actor, row));
    return out;
}

SavedView create_view(Tx& tx, const Actor& actor, const ViewInput& input) {
    if (tx.value<std::int64_t>("SELECT count(*) FROM desk_view WHERE owner_id = ?", actor.user_id) >= views_max)
        throw conflict("desk.too_many_views", {{"max", std::to_string(views_max)}});
    View view;
    view.owner_id = actor.user_id;
    apply(tx, actor, view, input);
    view.created_at = tx.now();
    return shown(actor, tx.insert(std::move(view)));
}

SavedView change_view(Tx& tx, const Actor& actor, Id<View> id, const ViewInput& input) {
    View view = lock_own(tx, actor, id);
    apply(tx, actor, view, input);
    return shown(actor, tx.update(std::move(view)));
}

void remove_view(Tx& tx, const Actor& actor, Id<View> id) { tx.erase(lock_own(tx, actor, id)); }

PreferenceValue preference(Rx& rx, const Actor& actor, const Code<1, 60>& key) {
    auto row = rx.find<Preference>("WHERE owner_id = ? AND key = ?", actor.user_id, key);
    return row ? PreferenceValue{row->value} : PreferenceValue{};
}

PreferenceValue set_preference(Tx& tx, const Actor& actor, const Code<1, 60>& key, const PreferenceValue& input) {
    if (!input.value) {
        tx.exec("DELETE FROM desk_preference WHERE owner_id = ? AND key = ?", actor.user_id, key);
        return {};
    }
    try {
        JsonDocument::parse(input.value->value);
    } catch (const Error& e) {
        throw invalid_field("value", e.code, e.args);
    }
    if (tx.value<std::int64_t>("SELECT count(*) FROM desk_preference WHERE owner_id = ? AND key <> ?", actor.user_id,
                               key) >= preferences_max)
        throw conflict("desk.too_many_preferences", {{"max", std::to_string(preferences_max)}});
    tx.exec(
        "INSERT INTO desk_preference (owner_id, key, value, updated_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (owner_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        actor.user_id, key, *input.value, tx.now());
    return input;
}

}  // namespace yuanliu::desk
