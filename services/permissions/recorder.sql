-- Writers one after the other, so that insert order is commit order and a reader of the stream skips nothing.
-- name: lock
LOCK TABLE permissions.event IN EXCLUSIVE MODE;

-- The last position, when it was recorded (the first 8 bytes of its state), and the time now in µs since 1970.
-- name: stream_end
SELECT coalesce(max(last.position), 0), coalesce(max(last.recorded_at), 0),
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
FROM (
    SELECT notification_id AS position, substr(state, 1, 8)::bigint AS recorded_at
    FROM permissions.event ORDER BY notification_id DESC LIMIT 1
) AS last;

-- Last version of each of these streams.
-- name: stream_heads
SELECT head.originator_id, head.originator_version
FROM unnest(%s::uuid[]) AS wanted (stream_id)
CROSS JOIN LATERAL (
    SELECT originator_id, originator_version
    FROM permissions.event
    WHERE originator_id = wanted.stream_id
    ORDER BY originator_version DESC
    LIMIT 1
) AS head;

-- A batch of decisions.
-- name: copy_events
COPY permissions.event (originator_id, originator_version, topic, state, notification_id)
FROM STDIN (FORMAT binary);

-- Wake the relay; it would also look by itself.
-- name: notify
NOTIFY permissions;
