#include "modules/backups/backups.hpp"

namespace yuanliu::backups {

void routes(Routes& r) {
    r.module("backups");
    r.permission("backups.manage", {});
    r.get("/api/backups/", "backups.manage", &list, "Backups in the data folder, newest first");
    r.post("/api/backups/", "backups.manage", &make, "Make a backup, as a job").accepted();
    r.post("/api/backups/upload/", "backups.manage", &upload, "Keep a backup from elsewhere once it has been checked")
        .created()
        .body_limit(upload_bytes_max)
        .rate_limit("bulk");
    r.get("/api/backups/restoring/", "backups.manage", &restoring, "How the last restore went");
    r.get("/api/backups/{name}/download/", "backups.manage", &download, "Download a backup")
        .answers("application/x-tar");
    r.del("/api/backups/{name}/", "backups.manage", &remove, "Delete a backup");
    r.post("/api/backups/{name}/restore/", "backups.manage", &restore,
           "Check a backup, keep what is there, and start again with the backup")
        .accepted();
}

}  // namespace yuanliu::backups
