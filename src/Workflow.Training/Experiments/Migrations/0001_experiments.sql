CREATE TABLE training_runs (
    id TEXT NOT NULL PRIMARY KEY,
    experiment TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    parameters TEXT NOT NULL,
    environment TEXT NOT NULL
);

CREATE INDEX training_runs_by_experiment ON training_runs (experiment, started_at, id);

CREATE TABLE training_metrics (
    run_id TEXT NOT NULL,
    name TEXT NOT NULL,
    step BIGINT NOT NULL,
    position BIGINT NOT NULL,
    value BIGINT NOT NULL,
    logged_at BIGINT NOT NULL,
    PRIMARY KEY (run_id, name, step, position)
);
