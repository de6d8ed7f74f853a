-- Where a reader goes on in each partition.
-- name: read_to
SELECT partition, next_offset FROM kernel.bookmark WHERE reader = %s ORDER BY partition;

-- What the ledger holds, up to a position where one is given.
-- name: ledger_holds
SELECT coalesce(max(last_position), 0), min(recorded_at), max(recorded_at) FROM records.seal
WHERE last_position <= %(up_to)s OR %(up_to)s::bigint IS NULL;

-- The position up to which a version is loaded from the ledger; it is taken when the topic's ends are known.
-- name: load_to
UPDATE records.version
SET ledger_to = (SELECT coalesce(max(last_position), 0) FROM records.seal)
WHERE version = %(version)s AND NOT EXISTS (SELECT FROM kernel.bookmark WHERE reader = %(reader)s);

-- The disk that a version takes, and how many events it has.
-- name: size_of
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0), (
    SELECT coalesce(sum(next_offset), 0) FROM kernel.bookmark WHERE reader = 'records.projection.' || %(version)s
)
FROM pg_class c WHERE c.relnamespace = to_regnamespace(%(version)s) AND c.relkind = 'r';

-- A worker that is about to start counts already, so that none of them takes more than its share.
-- name: announce
INSERT INTO kernel.worker (reader, owner, seen_until)
VALUES (%(reader)s, %(owner)s, clock_timestamp() + interval '10 seconds')
ON CONFLICT (reader, owner) DO UPDATE SET seen_until = excluded.seen_until;

-- What a reader's workers had to say last.
-- name: said
SELECT last_error FROM kernel.bookmark
WHERE reader = %s AND last_error IS NOT NULL
ORDER BY last_error_at DESC LIMIT 1;

-- Tables of events that have no key yet, the largest first.
-- name: without_key
SELECT c.relname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'event_id'
WHERE c.relnamespace = to_regnamespace(%(version)s) AND c.relkind = 'r'
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
ORDER BY pg_relation_size(c.oid) DESC;

-- The version is full, has its keys, and follows from now on.
-- name: filled
UPDATE records.version SET filled_at = clock_timestamp() WHERE version = %s AND filled_at IS NULL;

-- Who loaded from the ledger has done so.
-- name: loader_gone
DELETE FROM kernel.bookmark WHERE reader = %s;
