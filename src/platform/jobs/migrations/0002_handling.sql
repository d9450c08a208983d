-- A dead job alarms until somebody had it tried again or gave it up. Those that were tried again before are handled.
ALTER TABLE jobs_job ADD COLUMN handled_at BIGINT;
UPDATE jobs_job SET handled_at = finished_at WHERE state = 'discarded'
    AND EXISTS (SELECT 1 FROM jobs_job later WHERE later.source_job = jobs_job.id);
CREATE INDEX jobs_job_dead ON jobs_job (id) WHERE state = 'discarded' AND handled_at IS NULL;

-- The zone of a schedule may be changed, as its times may.
ALTER TABLE jobs_schedule ADD COLUMN declared_zone TEXT NOT NULL DEFAULT 'Asia/Shanghai';
UPDATE jobs_schedule SET declared_zone = zone;
