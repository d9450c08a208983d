// A setting as it is stored, shown and changed.
#pragma once

#include "platform/describe/record.hpp"

namespace yuanliu::settings {

struct Row {
    Id<Row> id;
    Code<1, 80> key;
    RawJson value;
    Time updated_at;
    std::int64_t updated_by = 0;
};
YL_RECORD(Row, "settings_setting", id, key, value, updated_at, updated_by)

enum class SettingOrigin { standard, stored };
YL_ENUM(SettingOrigin, standard, stored)

struct View {
    std::string key;
    std::string kind;              // "integer", "text", "choice" …
    RawJson value, default_value;  // in effect; as shipped
    SettingOrigin origin = SettingOrigin::standard;
    std::optional<std::int64_t> min, max;
    std::vector<std::string> choices;  // of a choice
    std::string description_key;       // in the catalogue of words
    std::optional<Time> updated_at;
    std::optional<std::int64_t> updated_by;
};
YL_RECORD(View, "settings.view", key, kind, value, default_value, origin, min, max, choices, description_key,
          updated_at, updated_by)

// null: back to the default.
struct Change {
    RawJson value;
};
YL_RECORD(Change, "settings.change", value)

}  // namespace yuanliu::settings
