-- The keys database: one wrapped key per patient, in a cluster of its own with its own short-lived backups.

CREATE SCHEMA keys;

-- What each key file must be that this data was written with: a digest of the key, never the key.
CREATE TABLE keys.key_file (
    name            text        PRIMARY KEY,
    fingerprint     bytea       NOT NULL CHECK (length(fingerprint) = 32),
    made_at         timestamptz NOT NULL DEFAULT now()
);

-- A destroyed key leaves its row as a tombstone: the patient never gets another.
CREATE TABLE keys.patient_key (
    patient_id      uuid        PRIMARY KEY,
    wrapped         bytea,
    master_key      text        NOT NULL,
    made_at         timestamptz NOT NULL DEFAULT now(),
    destroyed_at    timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
