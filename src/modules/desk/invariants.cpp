#include "modules/desk/invariants.hpp"

namespace yuanliu::desk {

std::vector<Invariant> invariants() {
    return {
        {"desk.import_has_file", "an import's file is not known, or is somebody else's kind of file",
         "SELECT i.id FROM desk_import i WHERE NOT EXISTS"
         " (SELECT 1 FROM files_purpose f WHERE f.id = i.file_id AND f.purpose = 'desk.import')"},
        {"desk.busy_import_has_job", "an import is being checked or written, but no job is at it",
         "SELECT id FROM desk_import WHERE state IN ('checking', 'running') AND job_id IS NULL"},
        {"desk.import_adds_up", "an import has more good and bad rows than its file has",
         "SELECT id FROM desk_import WHERE good < 0 OR bad < 0 OR good + bad > rows"},
        {"desk.import_names_bad_rows", "an import counts other bad rows than it names",
         "SELECT i.id FROM desk_import i WHERE i.bad <>"
         " (SELECT count(DISTINCT p.row_number) FROM desk_import_problem p WHERE p.import_id = i.id)"},
        {"desk.problem_has_import", "a bad row is kept of an import that is gone",
         "SELECT p.id FROM desk_import_problem p WHERE NOT EXISTS"
         " (SELECT 1 FROM desk_import i WHERE i.id = p.import_id)"},
    };
}

}  // namespace yuanliu::desk
