#include "modules/@name@/@name@.hpp"
#include "platform/routes/list.hpp"

namespace yuanliu::@name@ {

@Name@ create(Tx& tx, const Actor&, const @Name@Input& input) {
    if (tx.exists<@Name@>("name = ?", input.name)) throw conflict("@name@.name_taken", {{"name", input.name.value}});
    return tx.insert(@Name@{{}, input.name, tx.now()});
}

@Name@ view(Rx& rx, const Actor&, Id<@Name@> id) { return rx.one(id); }

Page<@Name@> list(Rx& rx, const Actor&, const PageQuery& page) {
    return List("SELECT id, name, created_at FROM @name@_item")
        .sort({{"id", "id"}, {"name", "name"}}, "-id")
        .page<@Name@>(rx, page);
}

}  // namespace yuanliu::@name@
