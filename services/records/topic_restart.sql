-- Nobody starts to work while we look and write.
-- name: hold_off
LOCK TABLE kernel.worker IN EXCLUSIVE MODE;

-- Who is at work.
-- name: at_work
SELECT owner FROM kernel.worker WHERE seen_until > clock_timestamp() ORDER BY owner LIMIT 1;

-- How far each reader of the ledger topic believes the topic to reach.
-- name: read_to
SELECT partition, max(next_offset) FROM kernel.bookmark WHERE topic = %s AND partition >= 0 GROUP BY partition;

-- Where ingest goes on in the publishers' topics.
-- name: ingest_at
SELECT topic, partition, next_offset FROM kernel.bookmark WHERE reader = 'records.ingest';

-- The ledger's last position.
-- name: last_position
SELECT coalesce(max(notification_id), 0) FROM records.event;

-- Keep when, who and why.
-- name: keep
INSERT INTO records.topic_restart (operator, reason, found, ledger_position) VALUES (%s, %s, %s, %s);

-- Whoever reads or writes the ledger topic begins at its start, and so does whoever loads a version from elsewhere.
-- name: forget_bookmarks
DELETE FROM kernel.bookmark WHERE topic = %s OR starts_with(reader, 'records.projection.');

-- Nothing has been sent to the new topic.
-- name: forget_sent
DELETE FROM records.relay_sent;

-- What versions were found to be, they are no longer.
-- name: forget_verified
DELETE FROM records.verified;

-- A version that was being loaded from the ledger to a position is loaded from the topic: the positions were given anew.
-- name: forget_ledger_to
UPDATE records.version SET ledger_to = NULL WHERE ledger_to IS NOT NULL;

-- Tables of events in every version of the read model, also in one that is being loaded.
-- name: tables
SELECT format('%I.%I', c.table_schema, c.table_name)
FROM information_schema.columns c JOIN records.version v ON v.version = c.table_schema
WHERE c.column_name IN ('patient_id', 'event_id', 'position')
GROUP BY c.table_schema, c.table_name HAVING count(*) = 3;
