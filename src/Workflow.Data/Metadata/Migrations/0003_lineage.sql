CREATE TABLE data_lineage_edges (
    from_kind TEXT NOT NULL,
    from_id TEXT NOT NULL,
    to_kind TEXT NOT NULL,
    to_id TEXT NOT NULL,
    relation TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (from_kind, from_id, to_kind, to_id, relation)
);

CREATE INDEX data_lineage_edges_upstream ON data_lineage_edges (to_kind, to_id);
