CREATE TABLE features_files (
    digest TEXT NOT NULL PRIMARY KEY,
    folder TEXT NOT NULL,
    content TEXT NOT NULL
);

CREATE TABLE features_definitions (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    digest TEXT NOT NULL,
    document TEXT NOT NULL,
    file TEXT NOT NULL,
    entity TEXT,
    owner TEXT,
    sensitivity TEXT,
    description TEXT,
    actor TEXT NOT NULL,
    applied_at BIGINT NOT NULL,
    PRIMARY KEY (kind, name, version)
);

CREATE TABLE features_definition_tags (
    name TEXT NOT NULL,
    tag TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name, tag)
);

CREATE TABLE features_definition_uses (
    service TEXT NOT NULL,
    view_name TEXT NOT NULL,
    feature TEXT NOT NULL,
    PRIMARY KEY (service, view_name, feature)
);

CREATE INDEX features_definition_uses_view ON features_definition_uses (view_name, feature);
