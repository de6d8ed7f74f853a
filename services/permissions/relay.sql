-- Hear of new decisions at once.
-- name: listen
LISTEN permissions;

-- The next decisions behind a position, in the stream's order.
-- name: next_events
SELECT notification_id, originator_id, originator_version, state
FROM permissions.event WHERE notification_id > %s
ORDER BY notification_id LIMIT %s;

-- The last position that was sent to each partition of the topic.
-- name: sent
SELECT partition, position FROM permissions.relay_sent;

-- Keep what was sent last to each partition.
-- name: keep_sent
INSERT INTO permissions.relay_sent (partition, position) SELECT * FROM unnest(%s::int[], %s::bigint[])
ON CONFLICT (partition) DO UPDATE SET position = excluded.position
WHERE relay_sent.position < excluded.position;

-- What the stream has at a position, its subject as the bytes of a key.
-- name: event_at
SELECT uuid_send(originator_id), originator_version, state FROM permissions.event WHERE notification_id = %s;

-- Up to where the relay has sent the stream, and how many seconds ago the oldest decision behind it was recorded.
-- name: behind
SELECT sent.position, coalesce((
    SELECT greatest(0, extract(epoch FROM clock_timestamp()) - substr(state, 1, 8)::bigint / 1000000.0)
    FROM permissions.event WHERE notification_id > sent.position
    ORDER BY notification_id LIMIT 1
), 0)::float8
FROM (SELECT coalesce(max(position), 0) AS position FROM kernel.bookmark WHERE reader = %s) AS sent;
