-- Rollouts: what each was told, in order, and what it decided. Replaying the entries gives the decisions again, bit for bit.
CREATE TABLE inference_rollouts (
    id TEXT NOT NULL PRIMARY KEY,
    started_at BIGINT NOT NULL,
    options TEXT NOT NULL
);

CREATE TABLE inference_rollout_entries (
    rollout TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (rollout, sequence)
);

CREATE TABLE inference_rollout_decisions (
    rollout TEXT NOT NULL,
    number BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    decided_at BIGINT NOT NULL,
    phase TEXT NOT NULL,
    step BIGINT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (rollout, number)
);
