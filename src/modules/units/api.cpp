#include "modules/units/labels.hpp"
#include "modules/units/pages.hpp"
#include "modules/units/scan_photos.hpp"
#include "modules/units/units.hpp"

namespace yuanliu::units {
namespace {

// The answer has two shapes, as its callers expect: one unit for a code, a list for a person.
Content check_warranty(Rx& rx, const Actor& actor, const WarrantyQuery& query) {
    if (query.qrcode_id && (query.phone || query.email)) throw invalid_field("qrcode_id", "units.code_or_person");
    Content content;
    content.type = "application/json; charset=utf-8";
    std::string data = query.qrcode_id ? to_json(warranty_of_code(rx, *query.qrcode_id))
                                       : detail::list_json(warranties_of_person(rx, actor, query));
    content.bytes = "{\"status\":\"success\",\"data\":" + data + "}";
    content.headers = {{"Cache-Control", "no-store"}};
    return content;
}

bool left_to_job(const BulkCreated& made) { return made.job_id.has_value(); }

constexpr std::uint64_t photo_bytes = std::uint64_t(16) << 20;  // one photo of 15 MiB and its form
constexpr std::uint64_t bulk_bytes = 2 << 20;                   // 10,000 codes of 64 characters, with room

void custody_routes(Routes& r) {
    r.get("/api/batches/", "units.read", &batches, "List batches, newest first; for staff");
    r.get("/api/batches/{id}/", "units.read", &batch, "One batch");
    r.get("/api/alerts/", "units.alerts", &alerts, "List diversion and clone alerts");
    r.post("/api/batches/{id}/resume/", "units.write", &resume_batch, "Make the rest of an unfinished batch");
    r.post("/api/batches/{id}/close/", "units.write", &close_batch, "Leave an unfinished batch at what it has");
    r.get("/api/shipments/", "units.read", &shipments, "List shipments, newest first; agents see their own");
    r.get("/api/shipments/{id}/", "units.read", &shipment, "One shipment");
    r.get("/api/alerts/summary/", "units.alerts", &alert_summary, "What is open, and what could not be judged");
    r.get("/api/alerts/{id}/", "units.alerts", &alert, "One alert");
    r.put("/api/alerts/{id}/", "units.alerts", &decide, "Confirm or dismiss an alert");
}

void label_routes(Routes& r) {
    r.post("/api/labels/", "units.print", &print_labels, "Print labels of a batch or of given codes, as a job")
        .accepted();
    r.get("/api/label-presets/", "units.print", &label_presets, "Label stock that can be printed on");
    r.get("/api/label-templates/", "units.print", &label_templates, "List label designs of one's own");
    r.post("/api/label-templates/", "units.print", &create_label_template, "Add a label design").created();
    r.post("/api/label-templates/preview/", "units.print", &preview_label,
           "A label design as a picture, before it is kept")
        .answers("image/png")
        .rate_limit("bulk")
        .unaudited();
    r.get("/api/label-templates/{id}/", "units.print", &label_template, "One label design");
    r.put("/api/label-templates/{id}/", "units.print", &change_label_template, "Replace a label design");
    r.del("/api/label-templates/{id}/", "units.print", &delete_label_template, "Delete a label design");
}

}  // namespace

void routes(Routes& r) {
    r.module("units");
    r.permission("units.read", {UserType::staff, UserType::agent, UserType::customer});
    r.permission("units.read_customers", {UserType::staff});
    r.permission("units.write", {UserType::staff});
    r.permission("units.ship", {UserType::staff});
    r.permission("units.activate", {UserType::staff, UserType::agent});
    r.permission("units.warranty", {UserType::staff});
    r.permission("units.replace_other_type", {});
    r.permission("units.alerts", {UserType::staff});
    r.permission("units.print", {UserType::staff});

    r.get("/api/products/", "units.read", &list, "List units; agents and customers see their own");
    r.post("/api/products/", "units.write", &create, "Create one unit, with a code of your own or a minted one")
        .created();
    r.get("/api/products/{id}/", "units.read", &view, "One unit");
    r.put("/api/products/{id}/", "units.write", &change, "Change a unit's remark, or its type before it is shipped");
    r.del("/api/products/{id}/", "units.write", &remove, "Delete a unit that was never shipped");
    r.get("/api/products/get_by_qrcode/", "units.read", &get_by_code, "The unit with a code");
    r.get("/api/products/{id}/timeline/", "units.read", &timeline, "Everything that happened to a unit");
    r.get("/api/products/{id}/scans/", "units.read", &scans, "How often a unit's label was scanned");
    r.post("/api/products/bulk_create/", "units.write", &bulk_create,
           "Create many units: your codes, or a number of minted ones")
        .created()
        .accepted_when(&left_to_job)
        .body_limit(bulk_bytes)
        .rate_limit("bulk");
    r.post("/api/products/bulk_shipping/", "units.ship", &bulk_ship, "Ship units to an agent, all or none")
        .body_limit(bulk_bytes)
        .rate_limit("bulk");
    r.post("/api/products/receive/", "units.write", &receive, "Take printed units into stock")
        .body_limit(bulk_bytes)
        .rate_limit("bulk");
    r.post("/api/products/take_back/", "units.ship", &take_back, "Take shipped or activated units back")
        .body_limit(bulk_bytes)
        .rate_limit("bulk");
    r.post("/api/products/restock/", "units.write", &restock, "Put inspected returns on sale again")
        .body_limit(bulk_bytes)
        .rate_limit("bulk");
    r.post("/api/products/activate/", "public", &activate, "Activate a unit: its warranty begins")
        .rate_limit("activate");
    r.post("/api/products/check_warranty/", "public", &check_warranty,
           "Warranty by code for anybody; by e-mail or phone for staff and the person")
        .rate_limit("public")
        .answers("application/json")
        .data_of<WarrantyView, std::vector<WarrantyView>>()
        .unaudited();
    r.post("/api/products/{id}/extend_warranty/", "units.warranty", &extend_warranty, "Extend a running warranty");
    r.post("/api/products/{id}/transfer/", "units.warranty", &transfer, "Hand a unit to a new owner");
    r.post("/api/products/{id}/replace/", "units.warranty", &replace, "Replace a unit by another one");
    r.post("/api/products/{id}/scrap/", "units.write", &scrap, "Scrap a unit");
    custody_routes(r);
    label_routes(r);
    r.get("/api/products/{id}/qrcode/", "units.read", &qrcode_picture, "The QR code of a unit as a PNG or an SVG")
        .answers("image/png, image/svg+xml");
    r.post("/api/scan/decode/", "public", &read_label_photo, "The codes on the labels in a photo")
        .as_nobody()
        .body_limit(photo_bytes)
        .rate_limit("photo")
        .unaudited();
    auto& scan = r.get("/q/{code}/", "public", &scan_page, "What a scanned label says")
                     .as_nobody()
                     .answers("text/html")
                     .rate_limit("public")
                     .unaudited();
    // An address in capitals makes a smaller QR code (PublicUrl).
    r.also("/Q/{code}/", scan);
}

}  // namespace yuanliu::units
