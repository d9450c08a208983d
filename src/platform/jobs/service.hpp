// What the parts of this floor share, beyond the public face.
#pragma once

#include "platform/jobs/jobs.hpp"

namespace yuanliu::jobs {

// Cancels a waiting job, asks a running one to end. False when it is finished already.
bool cancel_job(Tx& tx, Id<Job> id);

// The job as the console shows it, if this actor may see it; throws not_found otherwise.
JobView visible(Rx& rx, const Actor& actor, Id<Job> id);

}  // namespace yuanliu::jobs
