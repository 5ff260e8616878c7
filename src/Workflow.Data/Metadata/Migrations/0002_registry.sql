-- Versions and alias assignments are what the audit log says; verification derives them from it again.
CREATE TABLE data_model_versions (
    model TEXT NOT NULL,
    number BIGINT NOT NULL,
    artifact TEXT NOT NULL,
    format TEXT NOT NULL,
    signature TEXT NOT NULL,
    run_id TEXT NOT NULL,
    facts TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (model, number)
);

-- An empty run_id stands for "no run": NULLs would not be equal to each other.
CREATE UNIQUE INDEX data_model_versions_identity ON data_model_versions (model, artifact, run_id);

CREATE TABLE data_alias_assignments (
    model TEXT NOT NULL,
    alias TEXT NOT NULL,
    generation BIGINT NOT NULL,
    version BIGINT NOT NULL,
    rollback_generation BIGINT,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT,
    assigned_at BIGINT NOT NULL,
    PRIMARY KEY (model, alias, generation)
);

CREATE TABLE data_audit_entries (
    sequence BIGINT NOT NULL PRIMARY KEY,
    written_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    details TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);

-- The end of the chain in a second place: without it, entries cut off at the end would not be missed.
CREATE TABLE data_audit_head (
    id BIGINT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL
);
