// Repairs from a spreadsheet: a list of what came in.
#include "modules/repair/repair.hpp"
#include "platform/imports/targets.hpp"

namespace yuanliu::repair {

void declare(imports::Targets& targets) {
    targets.add("repair.repair_records.create").without({"product_id"}).once("qrcode_id");
}

}  // namespace yuanliu::repair
