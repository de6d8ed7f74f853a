-- What waits, oldest first.
-- name: waiting
SELECT format('%%s/%%s/%%s', topic, partition, record_offset), publisher, reason, detail, quarantined_at
FROM records.quarantine_open
WHERE (%(publisher)s::text IS NULL OR publisher = %(publisher)s)
  AND (%(reason)s::text IS NULL OR reason = %(reason)s)
ORDER BY quarantined_at, topic, partition, record_offset
LIMIT %(limit)s;

-- How many wait.
-- name: count
SELECT count(*) FROM records.quarantine_open
WHERE (%(publisher)s::text IS NULL OR publisher = %(publisher)s)
  AND (%(reason)s::text IS NULL OR reason = %(reason)s);

-- Where they wait, in the order of their partitions.
-- name: places
SELECT topic, partition, record_offset FROM records.quarantine_open
WHERE (%(publisher)s::text IS NULL OR publisher = %(publisher)s)
  AND (%(reason)s::text IS NULL OR reason = %(reason)s)
ORDER BY topic, partition, record_offset;

-- One record, closed or not.
-- name: one
SELECT format('%%s/%%s/%%s', q.topic, q.partition, q.record_offset),
    coalesce(q.publisher, 'unknown'), coalesce(o.reason, q.reason), coalesce(o.detail, q.detail),
    q.published_at, q.quarantined_at, coalesce(c.how, 'waiting'), c.closed_at, q.bytes
FROM records.quarantined q
LEFT JOIN records.quarantine_open o USING (topic, partition, record_offset)
LEFT JOIN records.quarantine_closing c USING (topic, partition, record_offset)
WHERE (q.topic, q.partition, q.record_offset) = (%s, %s, %s);

-- The patient behind the record's key.
-- name: patient_of
SELECT p.patient_id FROM records.quarantined q JOIN records.person p USING (digest)
WHERE (q.topic, q.partition, q.record_offset) = (%s, %s, %s);
