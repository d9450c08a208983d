-- The queue. `attempt` counts how often a job was taken and is its fencing number; `failed` counts the tries used up.
CREATE TABLE jobs_job (
    id @id,
    kind TEXT NOT NULL,
    args TEXT NOT NULL,
    queue TEXT NOT NULL,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('scheduled', 'available', 'running', 'retryable', 'completed', 'cancelled', 'discarded')),
    run_at BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
    lease_until BIGINT,
    worker TEXT,
    unique_key TEXT,
    cancel_requested BOOLEAN NOT NULL,
    errors TEXT NOT NULL,
    progress_done BIGINT NOT NULL,
    progress_total BIGINT NOT NULL,
    progress_message TEXT NOT NULL,
    counts TEXT,
    result TEXT,
    result_file TEXT,
    result_name TEXT,
    result_type TEXT,
    creator_id BIGINT NOT NULL,
    source_job BIGINT,
    schedule_id BIGINT,
    nominal BIGINT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT
);
-- Every index is partial where it can be: what is finished costs the queue nothing.
CREATE INDEX jobs_job_available ON jobs_job (priority, run_at, id) WHERE state = 'available';
CREATE INDEX jobs_job_due ON jobs_job (run_at, id) WHERE state IN ('scheduled', 'retryable');
CREATE INDEX jobs_job_running ON jobs_job (lease_until) WHERE state = 'running';
CREATE UNIQUE INDEX jobs_job_unique ON jobs_job (unique_key)
    WHERE unique_key IS NOT NULL AND state IN ('scheduled', 'available', 'running', 'retryable');
CREATE INDEX jobs_job_schedule ON jobs_job (schedule_id, id)
    WHERE schedule_id IS NOT NULL AND state IN ('scheduled', 'available', 'running', 'retryable');
CREATE INDEX jobs_job_finished ON jobs_job (state, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_job_source ON jobs_job (source_job) WHERE source_job IS NOT NULL;
CREATE INDEX jobs_job_creator ON jobs_job (creator_id, id);
CREATE INDEX jobs_job_kind ON jobs_job (kind, id);

-- Queues that are stopped. A queue without a row runs.
CREATE TABLE jobs_queue (
    id @id,
    name TEXT NOT NULL UNIQUE,
    paused BOOLEAN NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE jobs_schedule (
    id @id,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    args TEXT NOT NULL,
    cron TEXT NOT NULL,
    declared_cron TEXT NOT NULL,
    zone TEXT NOT NULL,
    overlap TEXT NOT NULL,
    missed TEXT NOT NULL,
    catch_up_ms BIGINT NOT NULL,
    jitter_ms BIGINT NOT NULL,
    calendar TEXT NOT NULL,
    queue TEXT NOT NULL,
    priority INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    paused BOOLEAN NOT NULL,
    last_nominal BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- The ledger: one row for each run that was due, whatever became of it. `times` is more than 1 where runs missed one after
-- the other share a row (that of the last).
CREATE TABLE jobs_run (
    id @id,
    schedule_id BIGINT NOT NULL REFERENCES jobs_schedule (id),
    nominal BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    times BIGINT NOT NULL,
    job_id BIGINT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    counts TEXT,
    UNIQUE (schedule_id, nominal)
);
CREATE INDEX jobs_run_schedule ON jobs_run (schedule_id, id);
CREATE INDEX jobs_run_job ON jobs_run (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX jobs_run_waiting ON jobs_run (schedule_id, nominal) WHERE state = 'expected' AND job_id IS NULL;
CREATE INDEX jobs_run_created ON jobs_run (created_at);

-- Who keeps the clock. `token` grows with every change of hands and fences what a former holder still tries.
CREATE TABLE jobs_leader (
    id @id,
    name TEXT NOT NULL UNIQUE,
    holder TEXT NOT NULL,
    token BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
INSERT INTO jobs_leader (name, holder, token, expires_at) VALUES ('clock', '', 0, 0);

-- Days on which the weekly rule (Monday to Friday) does not hold.
CREATE TABLE jobs_holiday (
    id @id,
    day TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('holiday', 'workday')),
    name TEXT NOT NULL
);
-- China 2026: General Office of the State Council, notice of 4 November 2025.
INSERT INTO jobs_holiday (day, kind, name) VALUES
    ('2026-01-01', 'holiday', '元旦'), ('2026-01-02', 'holiday', '元旦'), ('2026-01-03', 'holiday', '元旦'),
    ('2026-01-04', 'workday', '元旦调休'),
    ('2026-02-14', 'workday', '春节调休'),
    ('2026-02-15', 'holiday', '春节'), ('2026-02-16', 'holiday', '春节'), ('2026-02-17', 'holiday', '春节'),
    ('2026-02-18', 'holiday', '春节'), ('2026-02-19', 'holiday', '春节'), ('2026-02-20', 'holiday', '春节'),
    ('2026-02-21', 'holiday', '春节'), ('2026-02-22', 'holiday', '春节'), ('2026-02-23', 'holiday', '春节'),
    ('2026-02-28', 'workday', '春节调休'),
    ('2026-04-04', 'holiday', '清明节'), ('2026-04-05', 'holiday', '清明节'), ('2026-04-06', 'holiday', '清明节'),
    ('2026-05-01', 'holiday', '劳动节'), ('2026-05-02', 'holiday', '劳动节'), ('2026-05-03', 'holiday', '劳动节'),
    ('2026-05-04', 'holiday', '劳动节'), ('2026-05-05', 'holiday', '劳动节'),
    ('2026-05-09', 'workday', '劳动节调休'),
    ('2026-06-19', 'holiday', '端午节'), ('2026-06-20', 'holiday', '端午节'), ('2026-06-21', 'holiday', '端午节'),
    ('2026-09-20', 'workday', '国庆节调休'),
    ('2026-09-25', 'holiday', '中秋节'), ('2026-09-26', 'holiday', '中秋节'), ('2026-09-27', 'holiday', '中秋节'),
    ('2026-10-01', 'holiday', '国庆节'), ('2026-10-02', 'holiday', '国庆节'), ('2026-10-03', 'holiday', '国庆节'),
    ('2026-10-04', 'holiday', '国庆节'), ('2026-10-05', 'holiday', '国庆节'), ('2026-10-06', 'holiday', '国庆节'),
    ('2026-10-07', 'holiday', '国庆节'),
    ('2026-10-10', 'workday', '国庆节调休');
