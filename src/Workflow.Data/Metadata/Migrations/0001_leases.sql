CREATE TABLE data_leases (
    name TEXT NOT NULL PRIMARY KEY,
    token BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
