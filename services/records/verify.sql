-- Events stream by stream, in version order.
-- name: streams
SELECT originator_id, originator_version, notification_id, topic, state
FROM records.event
WHERE %(patient)s::uuid IS NULL OR originator_id = %(patient)s::uuid
ORDER BY originator_id, originator_version;

-- Events in the ledger's order: what the seals cover.
-- name: by_position
SELECT notification_id, originator_version, originator_id, substr(state, 1, 32),
    ('x' || encode(substr(state, 33, 8), 'hex'))::bit(64)::bigint
FROM records.event ORDER BY notification_id;

-- Seals in order.
-- name: seals
SELECT first_position, last_position, events, recorded_at, hash FROM records.seal ORDER BY first_position;

-- The events at these positions.
-- name: events_at
SELECT notification_id, originator_id, originator_version, state
FROM records.event WHERE notification_id = ANY(%s);

-- The hash of the seal that ends at a position.
-- name: seal_hash
SELECT hash FROM records.seal WHERE last_position = %s;

-- The position up to which the relay has sent everything.
-- name: sent_to
SELECT coalesce(max(position), 0) FROM kernel.bookmark WHERE reader = 'records.relay';
