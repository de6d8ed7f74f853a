-- The last position of the newest seal: the ledger's end.
-- name: ledger_end
SELECT coalesce(max(last_position), 0) FROM records.seal;

-- What waits in quarantine, by the reason found last.
-- name: waiting
SELECT reason, count(*) FROM records.quarantine_open GROUP BY reason;

-- Publishers with more than so many bad records remembered, in any partition.
-- name: parked
SELECT count(DISTINCT publisher) FROM records.breaker
WHERE publisher <> %(whole_partition)s AND cardinality(bad) > %(limit)s;

-- Up to where the relay has sent the ledger, and the age of what it has not.
-- name: sent
SELECT sent.position, records_door.behind_seconds(sent.position)
FROM (SELECT coalesce(max(position), 0) AS position FROM kernel.bookmark WHERE reader = %(reader)s) AS sent;

-- Up to where a reader of the ledger has everything, and the age of what it has not.
-- name: complete
SELECT done.position, records_door.behind_seconds(done.position)
FROM records_door.complete_to(%(reader)s) AS done (position);
