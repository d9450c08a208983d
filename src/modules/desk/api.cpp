#include "modules/desk/desk.hpp"

namespace yuanliu::desk {
namespace {

constexpr const char* xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

}  // namespace

void routes(Routes& r) {
    r.module("desk");
    r.permission("desk.share", {UserType::staff});

    r.get("/api/views/", "signed_in", &views, "One's own saved views, and for staff those that others share");
    r.post("/api/views/", "signed_in", &create_view, "Save a view of a list").created();
    r.put("/api/views/{id}/", "signed_in", &change_view, "Change a saved view");
    r.del("/api/views/{id}/", "signed_in", &remove_view, "Delete a saved view");
    r.get("/api/preferences/{key}/", "signed_in", &preference, "What a page keeps for this person");
    r.put("/api/preferences/{key}/", "signed_in", &set_preference, "Keep something for this person, or forget it")
        .unaudited();
    r.post("/api/exports/", "signed_in", &create_export, "Export a list to a spreadsheet, as a job")
        .accepted()
        .rate_limit("bulk");
    r.get("/api/import-targets/", "signed_in", &import_targets, "What spreadsheets may bring in");
    r.get("/api/import-targets/{route}/template/", "signed_in", &import_template,
          "An empty sheet with the right headings")
        .answers(xlsx);
    r.post("/api/imports/", "signed_in", &upload_import, "Bring a spreadsheet: XLSX or CSV, 50,000 rows, 20 MB")
        .created()
        .body_limit(import_bytes_max + (1 << 20))
        .rate_limit("bulk");
    r.get("/api/imports/{id}/", "signed_in", &view_import, "A spreadsheet on its way in");
    r.put("/api/imports/{id}/", "signed_in", &map_import, "Say which column is for which field");
    r.post("/api/imports/{id}/check/", "signed_in", &check_import, "Try every row, as a job; nothing is written")
        .accepted()
        .rate_limit("bulk");
    r.post("/api/imports/{id}/run/", "signed_in", &run_import, "Write the rows, as a job: in one transaction")
        .accepted()
        .rate_limit("bulk");
    r.get("/api/imports/{id}/errors/", "signed_in", &import_problems, "What is wrong with which row");
    r.get("/api/imports/{id}/bad-rows/", "signed_in", &bad_rows, "The refused rows as a sheet, each with its reason")
        .answers(xlsx);
    r.get("/api/search/", "signed_in", &find, "Find units, people and documents");
}

}  // namespace yuanliu::desk
