// The jobs of this module.
#pragma once

#include "modules/desk/desk.hpp"

namespace yuanliu::jobs {
class Context;
}

namespace yuanliu::desk {

struct ExportTask {
    Id<Export> export_id;
};
YL_RECORD(ExportTask, "desk.export_task", export_id)

// To try the rows of a file, or to write them.
struct ImportTask {
    Id<Import> import_id;
    bool write = false, skip_bad_rows = false;
};
YL_RECORD(ImportTask, "desk.import_task", import_id, write, skip_bad_rows)

void export_job(jobs::Context& context, const ExportTask& task);
void import_job(jobs::Context& context, const ImportTask& task);

}  // namespace yuanliu::desk
