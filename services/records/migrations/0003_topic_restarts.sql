-- Each time when the ledger topic was written anew from the ledger: when, by whom, why, and what the ledger had.
CREATE TABLE records.topic_restart (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    restarted_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    operator        text        NOT NULL,
    reason          text        NOT NULL,
    found           text        NOT NULL,
    ledger_position bigint      NOT NULL
);
