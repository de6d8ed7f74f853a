-- A bookmark for every partition that has none yet; one that somebody is just moving is not waited for.
-- name: create
INSERT INTO kernel.bookmark (reader, topic, partition)
SELECT %(reader)s, t.topic, t.partition
FROM unnest(%(topics)s::text[], %(partitions)s::int[]) AS t (topic, partition)
WHERE NOT EXISTS (
    SELECT FROM kernel.bookmark b
    WHERE (b.reader, b.topic, b.partition) = (%(reader)s, t.topic, t.partition)
)
ON CONFLICT DO NOTHING;

-- Say that this worker is alive, and count those that are.
-- name: worker_alive
WITH me AS (
    INSERT INTO kernel.worker (reader, owner, seen_until)
    VALUES (%(reader)s, %(owner)s, clock_timestamp() + %(lease)s)
    ON CONFLICT (reader, owner) DO UPDATE SET seen_until = excluded.seen_until
)
SELECT 1 + count(*) FROM kernel.worker
WHERE reader = %(reader)s AND owner <> %(owner)s AND seen_until > clock_timestamp();

-- A worker that ends is gone at once.
-- name: worker_gone
DELETE FROM kernel.worker WHERE reader = %(reader)s AND owner = %(owner)s;

-- Renew the leases that this worker still holds.
-- name: renew
UPDATE kernel.bookmark SET lease_until = clock_timestamp() + %(lease)s
WHERE reader = %(reader)s AND owner = %(owner)s AND lease_until > clock_timestamp();

-- End the transactions of workers whose lease has run out: PostgreSQL waits for a sleeper in a COPY without
-- any limit of time, and its locks would hold up whoever takes over.
-- name: fence
SELECT pg_terminate_backend(a.pid)
FROM pg_stat_activity a JOIN (
    SELECT DISTINCT owner FROM kernel.bookmark
    WHERE reader = %(reader)s AND owner <> %(owner)s AND lease_until <= clock_timestamp()
) late ON a.application_name = left(late.owner, 63)
WHERE a.usename = current_user AND a.xact_start IS NOT NULL;

-- Take partitions whose lease has run out; the epoch grows, so the last owner's next commit is refused.
-- name: claim
UPDATE kernel.bookmark b
SET owner = %(owner)s, epoch = b.epoch + 1, lease_until = clock_timestamp() + %(lease)s
FROM (
    SELECT reader, topic, partition FROM kernel.bookmark
    WHERE reader = %(reader)s AND lease_until <= clock_timestamp()
    ORDER BY partition, topic LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
) free
WHERE (b.reader, b.topic, b.partition) = (free.reader, free.topic, free.partition);

-- Give partitions back, so that another worker can claim them at once.
-- name: release
UPDATE kernel.bookmark SET lease_until = '-infinity', owner = NULL
WHERE reader = %(reader)s AND owner = %(owner)s
  AND (topic, partition) IN (SELECT * FROM unnest(%(topics)s::text[], %(partitions)s::int[]));

-- What this worker holds, and where it stands there.
-- name: held
SELECT topic, partition, next_offset, position, epoch, stopped_at IS NOT NULL
FROM kernel.bookmark
WHERE reader = %(reader)s AND owner = %(owner)s AND lease_until > clock_timestamp()
ORDER BY partition, topic;

-- Where this worker stands in one partition, whoever holds the lease.
-- name: where
SELECT next_offset, epoch FROM kernel.bookmark
WHERE reader = %(reader)s AND topic = %(topic)s AND partition = %(partition)s;

-- Move bookmarks in the transaction of the effect: only from where the worker believed them, in its epoch.
-- name: move
UPDATE kernel.bookmark b
SET next_offset = m.next_offset,
    position = m.position,
    appended = b.appended + m.appended,
    repeated = b.repeated + m.repeated,
    quarantined = b.quarantined + m.quarantined,
    stopped_at = CASE WHEN m.stop THEN clock_timestamp() ELSE b.stopped_at END,
    rate = 0.8 * b.rate + 0.2 * (m.next_offset - b.next_offset)
        / greatest(extract(epoch FROM clock_timestamp() - b.moved_at), 0.001),
    moved_at = clock_timestamp(),
    lease_until = greatest(b.lease_until, clock_timestamp() + %(lease)s)
FROM unnest(
    %(topics)s::text[], %(partitions)s::int[], %(epochs)s::bigint[], %(from_offsets)s::bigint[],
    %(next_offsets)s::bigint[], %(positions)s::bigint[],
    %(appended)s::bigint[], %(repeated)s::bigint[], %(quarantined)s::bigint[],
    %(stops)s::boolean[]
) AS m (topic, partition, epoch, from_offset, next_offset, position, appended, repeated, quarantined, stop)
WHERE b.reader = %(reader)s AND b.topic = m.topic AND b.partition = m.partition
  AND b.epoch = m.epoch AND b.next_offset = m.from_offset;

-- Keep what went wrong last, for the operator; an empty list of partitions means all that the worker holds.
-- name: note_error
UPDATE kernel.bookmark SET last_error = %(error)s, last_error_at = clock_timestamp()
WHERE reader = %(reader)s AND owner = %(owner)s;
