-- The stream of permissions: what was decided about access, and how far of it is on its topic.

CREATE SCHEMA permissions;

-- The decisions: the table that the eventsourcing library reads, one stream per subject.
-- state = recorded_at (8) ‖ value.
CREATE TABLE permissions.event (
    originator_id       uuid   NOT NULL,
    originator_version  bigint NOT NULL,
    topic               text   NOT NULL,
    state               bytea  NOT NULL,
    notification_id     bigint NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
) WITH (
    autovacuum_vacuum_insert_scale_factor = 0.2,
    autovacuum_analyze_scale_factor = 0.05
);
CREATE UNIQUE INDEX event_notification_id_idx ON permissions.event (notification_id);
CREATE TYPE permissions.stored_event_uuid AS (
    originator_id uuid, originator_version bigint, topic text, state bytea
);

-- The last position that the relay sent to each partition of the topic.
CREATE TABLE permissions.relay_sent (
    partition   integer PRIMARY KEY,
    position    bigint  NOT NULL
) WITH (fillfactor = 50);
