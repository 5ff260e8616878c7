-- What a version of a data set is, beside its node. Never changed once it is there.
CREATE TABLE data_lineage_datasets (
    digest TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    columns TEXT NOT NULL,
    described_at BIGINT NOT NULL
);

CREATE INDEX data_lineage_datasets_by_name ON data_lineage_datasets (name, described_at);
