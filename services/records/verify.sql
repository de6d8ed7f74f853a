-- Events stream by stream, in version order.
-- name: streams
SELECT originator_id, originator_version, notification_id, topic, state
FROM records.event
WHERE %(patient)s::uuid IS NULL OR originator_id = %(patient)s::uuid
ORDER BY originator_id, originator_version;

-- Events in the ledger's order: what the seals cover.
-- name: by_position
SELECT notification_id, originator_version, originator_id, substr(state, 1, 40)
FROM records.event ORDER BY notification_id;

-- Events that no statement stands behind, and statements whose event is gone; our own events need none.
-- name: unfounded
SELECT coalesce(e.notification_id, i.position), e.originator_id, e.originator_version
FROM records.event e FULL JOIN records.inbox i ON i.position = e.notification_id
WHERE e.notification_id IS NULL OR i.position IS NULL AND e.topic <> ALL(%(ours)s);

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
