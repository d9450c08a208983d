// All that other modules may call. Tx& writes, Rx& only reads.
#pragma once

#include "modules/@name@/model.hpp"
#include "platform/auth/actor.hpp"
#include "platform/db/db.hpp"
#include "platform/routes/routes.hpp"

namespace yuanliu::@name@ {

// Throws conflict `@name@.name_taken`.
@Name@ create(Tx& tx, const Actor& actor, const @Name@Input& input);
// Throws not_found.
@Name@ view(Rx& rx, const Actor& actor, Id<@Name@> id);
Page<@Name@> list(Rx& rx, const Actor& actor, const PageQuery& page);

void routes(Routes& r);

}  // namespace yuanliu::@name@
