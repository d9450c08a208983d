#include "platform/settings/settings.hpp"

namespace yuanliu::settings {
namespace {

std::vector<View> list(Rx& rx) { return rx.part<Settings>().list(rx); }

View change(Tx& tx, const Actor& actor, const Code<1, 80>& key, const Change& in) {
    return tx.part<Settings>().change(tx, actor, key, in);
}

}  // namespace

void routes(Routes& r) {
    r.module("settings");
    r.permission("settings.read", {});
    r.permission("settings.manage", {});
    r.get("/api/settings/", "settings.read", &list, "All settings with the values in effect");
    r.put("/api/settings/{key}/", "settings.manage", &change,
          "Change a setting, or put it back to its default with null");
}

}  // namespace yuanliu::settings
