// Units from a spreadsheet: made with codes of their own, received, shipped. A row is a code; rows that agree in the
// rest are one call.
#include "modules/units/units.hpp"
#include "platform/imports/targets.hpp"

namespace yuanliu::units {

void declare(imports::Targets& targets) {
    targets.add("units.products.bulk_create.create")
        .gather("qrcode_ids", codes_per_request_max)
        .without({"count"})
        .once("qrcode_ids");
    targets.add("units.products.bulk_shipping.create").gather("qrcode_ids", codes_per_request_max).once("qrcode_ids");
    targets.add("units.products.receive.create").gather("qrcode_ids", codes_per_request_max).once("qrcode_ids");
}

}  // namespace yuanliu::units
