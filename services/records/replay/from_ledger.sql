-- Where a reader begins in a partition, unless that is kept already.
-- name: stand_at
INSERT INTO kernel.bookmark (reader, topic, partition, next_offset, position)
VALUES (%(reader)s, %(topic)s, %(partition)s, %(next_offset)s, %(position)s)
ON CONFLICT DO NOTHING;

-- Events of the ledger between two positions, in its order.
-- name: events
SELECT originator_id, originator_version, notification_id, state
FROM records.event WHERE notification_id BETWEEN %(first)s AND %(last)s
ORDER BY notification_id;
