// What a @name@ is: rows, requests and events. No functions.
#pragma once

#include "platform/describe/record.hpp"

namespace yuanliu::@name@ {

struct @Name@ {
    Id<@Name@> id;
    Text<1, 80> name;
    Time created_at;
};
YL_RECORD(@Name@, "@name@_item", id, name, created_at)

struct @Name@Input {
    Text<1, 80> name;
};
YL_RECORD(@Name@Input, "@name@.input", name)

}  // namespace yuanliu::@name@
