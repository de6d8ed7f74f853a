-- A record that waits.
-- name: put
INSERT INTO records.quarantined
    (topic, partition, record_offset, publisher, reason, detail, digest, published_at, bytes)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s);

-- Its sealed bytes.
-- name: put_bytes
INSERT INTO records.quarantined_bytes (topic, partition, record_offset, sealed) VALUES (%s, %s, %s, %s);

-- The bytes of waiting records, in the order of their partitions.
-- name: take
SELECT b.topic, b.partition, b.record_offset, b.sealed
FROM unnest(%s::text[], %s::int[], %s::bigint[]) AS wanted (topic, partition, record_offset)
JOIN records.quarantined_bytes b USING (topic, partition, record_offset)
JOIN records.quarantine_open o USING (topic, partition, record_offset)
ORDER BY b.topic, b.partition, b.record_offset;

-- Records whose impossible number is known by now.
-- name: now_possible
SELECT o.topic, o.partition, o.record_offset
FROM records.quarantine_open o
WHERE o.reason = 'impossible_number'
  AND EXISTS (SELECT FROM records.person p WHERE p.digest = o.digest)
ORDER BY o.topic, o.partition, o.record_offset;

-- Parked records of one publisher or of one partition.
-- name: parked
SELECT o.topic, o.partition, o.record_offset
FROM records.quarantine_open o
WHERE o.reason = 'parked'
  AND (o.publisher = %(publisher)s OR (o.topic = %(topic)s AND o.partition = %(partition)s))
ORDER BY o.topic, o.partition, o.record_offset;

-- Which of these records still wait, seen under the ledger's lock.
-- name: still_open
SELECT o.topic, o.partition, o.record_offset, o.publisher, o.reason, o.digest, o.published_at
FROM unnest(%s::text[], %s::int[], %s::bigint[]) AS wanted (topic, partition, record_offset)
JOIN records.quarantine_open o USING (topic, partition, record_offset);

-- Close a quarantined record.
-- name: close
INSERT INTO records.quarantine_closing (topic, partition, record_offset, how, reason)
VALUES (%s, %s, %s, %s, %s);

-- A later attempt that failed too.
-- name: retried
INSERT INTO records.quarantine_retry (topic, partition, record_offset, reason, detail) VALUES (%s, %s, %s, %s, %s);

-- Let a partition that stopped loudly go on.
-- name: unstop
UPDATE kernel.bookmark SET stopped_at = NULL
WHERE reader = 'records.ingest' AND topic = %(topic)s AND partition = %(partition)s;
