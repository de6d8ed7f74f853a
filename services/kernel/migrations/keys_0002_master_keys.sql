-- More than one master key, so that a new one can take over from an old one while everybody goes on.

-- The master keys that may wrap; the one with the greatest number wraps what is new. A key that wraps
-- anything cannot leave this list, and one that is not on it can wrap nothing.
CREATE TABLE keys.master_key (
    name            text        PRIMARY KEY CHECK (name ~ '^master(-[0-9]+)?$'),
    number          integer     NOT NULL UNIQUE
);
INSERT INTO keys.master_key (name, number) VALUES ('master', 1);

-- A tombstone is wrapped by nothing.
ALTER TABLE keys.patient_key ADD COLUMN wrapped_by text
    GENERATED ALWAYS AS (CASE WHEN wrapped IS NOT NULL THEN master_key END) STORED
    REFERENCES keys.master_key (name);

-- A key file that nothing needs any more keeps its fingerprint, as history.
ALTER TABLE keys.key_file ADD COLUMN retired_at timestamptz;
