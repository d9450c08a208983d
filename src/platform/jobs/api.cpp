#include "platform/jobs/jobs.hpp"

namespace yuanliu::jobs {
namespace {

using QueueName = Code<1, 40>;

Queue pause_queue(Tx& tx, const QueueName& name) { return pause(tx, name); }
Queue resume_queue(Tx& tx, const QueueName& name) { return resume(tx, name); }
std::vector<Holiday> put_holidays(Tx& tx, const Int<2000, 2100>& year, const HolidayYear& days) {
    return set_holidays(tx, int(year), days);
}

}  // namespace

void routes(Routes& r) {
    r.module("jobs");
    r.permission("jobs.read", {});
    r.permission("jobs.manage", {});
    // Whoever made a job may see, cancel and download it; other people's jobs take jobs.read and jobs.manage.
    r.get("/api/jobs/", "signed_in", &list, "Jobs, newest first");
    r.get("/api/jobs/{id}/", "signed_in", &view, "One job with its progress, errors and result");
    r.post("/api/jobs/{id}/cancel/", "signed_in", &cancel, "Cancel a job");
    r.get("/api/jobs/{id}/download/", "signed_in", &download, "Download the file a job made")
        .answers("application/octet-stream");
    r.post("/api/jobs/{id}/retry/", "jobs.manage", &retry, "Try a dead job again, or a waiting one now");
    r.post("/api/jobs/{id}/dismiss/", "jobs.manage", &dismiss, "Give up a dead job, so that it alarms no longer");
    r.post("/api/jobs/bulk_retry/", "jobs.manage", &retry_many, "Try several dead jobs again");
    r.post("/api/jobs/bulk_dismiss/", "jobs.manage", &dismiss_many, "Give up several dead jobs");
    r.get("/api/jobs/queues/", "jobs.read", &queues, "Queues, and what stands in them");
    r.post("/api/jobs/queues/{name}/pause/", "jobs.manage", &pause_queue, "Stop taking jobs from a queue");
    r.post("/api/jobs/queues/{name}/resume/", "jobs.manage", &resume_queue, "Take jobs from a queue again");
    r.get("/api/schedules/", "jobs.read", &schedules, "Schedules with their next run");
    r.put("/api/schedules/{id}/", "jobs.manage", &change, "Pause a schedule, resume it or change its times");
    r.get("/api/schedules/{id}/preview/", "jobs.read", &preview, "When a schedule would run with other times");
    r.post("/api/schedules/{id}/run/", "jobs.manage", &run_now, "Run a schedule now");
    r.get("/api/schedules/{id}/runs/", "jobs.read", &runs, "What became of each run of a schedule");
    r.get("/api/holidays/", "jobs.read", &holidays, "Holidays and make-up working days");
    r.put("/api/holidays/{year}/", "jobs.manage", &put_holidays,
          "Enter the holidays and make-up working days of a year");
}

}  // namespace yuanliu::jobs
