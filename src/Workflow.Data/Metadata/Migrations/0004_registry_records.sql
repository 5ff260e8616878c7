-- Tags, protected aliases, deletions and webhooks. Like versions and aliases they are what the audit log says; number 0 is the model itself.
CREATE TABLE data_registry_records (
    kind TEXT NOT NULL,
    model TEXT NOT NULL,
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, model, number, name)
);

CREATE INDEX data_registry_records_by_name ON data_registry_records (kind, name, model, number);

-- Artifacts of purged versions, until the object store has let go of them.
CREATE TABLE data_purged_artifacts (
    artifact TEXT NOT NULL PRIMARY KEY,
    purged_at BIGINT NOT NULL
);

-- Addresses may hold tokens, so they stay out of the audit log, which has their digests.
CREATE TABLE data_webhook_targets (
    id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL
);

CREATE TABLE data_webhook_deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    webhook TEXT NOT NULL,
    payload TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    http_status BIGINT,
    problem TEXT
);

CREATE INDEX data_webhook_deliveries_due ON data_webhook_deliveries (status, next_attempt_at);
