-- Events of the ledger between two positions, in its order.
-- name: events
SELECT originator_id, originator_version, notification_id, state
FROM records.event WHERE notification_id BETWEEN %(first)s AND %(last)s
ORDER BY notification_id;
