-- Writers one after the other, so that insert order is commit order and a reader of the log skips nothing.
-- name: lock
LOCK TABLE records.event IN EXCLUSIVE MODE;

-- The newest seal.
-- name: newest_seal
SELECT last_position, recorded_at, hash FROM records.seal ORDER BY last_position DESC LIMIT 1;

-- Last version and its hash of each of these streams.
-- name: stream_heads
SELECT head.originator_id, head.originator_version, substr(head.state, 1, 32)
FROM unnest(%s::uuid[]) AS wanted (patient_id)
CROSS JOIN LATERAL (
    SELECT originator_id, originator_version, state
    FROM records.event
    WHERE originator_id = wanted.patient_id
    ORDER BY originator_version DESC
    LIMIT 1
) AS head;

-- A batch of events.
-- name: copy_events
COPY records.event (originator_id, originator_version, topic, state, notification_id)
FROM STDIN (FORMAT binary);

-- The batch's seal.
-- name: insert_seal
INSERT INTO records.seal (last_position, first_position, events, recorded_at, hash)
VALUES (%s, %s, %s, %s, %s);

-- Wake the relay; it would also look by itself.
-- name: notify
NOTIFY ledger;

-- Hear of new events at once.
-- name: listen
LISTEN ledger;

-- The next events behind a position, in the ledger's order.
-- name: next_events
SELECT notification_id, originator_id, originator_version, state
FROM records.event WHERE notification_id > %s
ORDER BY notification_id LIMIT %s;

-- The last position that was sent to each partition of the topic.
-- name: sent
SELECT partition, position FROM records.relay_sent;

-- Keep what was sent last to each partition.
-- name: keep_sent
INSERT INTO records.relay_sent (partition, position) SELECT * FROM unnest(%s::int[], %s::bigint[])
ON CONFLICT (partition) DO UPDATE SET position = excluded.position
WHERE relay_sent.position < excluded.position;

-- The newest seal that lies wholly below a position.
-- name: seal_up_to
SELECT last_position, events, hash FROM records.seal
WHERE last_position <= %s ORDER BY last_position DESC LIMIT 1;
