-- The next events behind a position, of each only what a receipt needs: when it was recorded, and the first bytes of its
-- body (behind hash, times and frame), in which event id and publisher stand.
-- name: next_appended
SELECT notification_id, substr(state, 33, 8), substr(state, 54, 256)
FROM records.event WHERE notification_id > %s
ORDER BY notification_id LIMIT %s;

-- The next outcomes behind a number, in the order in which they were committed.
-- name: next_decided
SELECT number, publisher, event_id, outcome, reason, topic || '/' || partition || '/' || record_offset, decided_at
FROM records.outcome WHERE number > %s
ORDER BY number LIMIT %s;

-- Up to which number the outcomes are on the topic.
-- name: outcomes_sent
SELECT number FROM records.outcome_sent;

-- Keep up to which number the outcomes are on the topic.
-- name: keep_outcomes_sent
UPDATE records.outcome_sent SET number = %s WHERE number < %s;

-- What receipts call the publishers of providers that were loaded.
-- name: receipt_names
SELECT DISTINCT ON (publisher) publisher, name FROM records.provider WHERE publisher IS NOT NULL;

-- Remove what is on the topic.
-- name: purge_sent
SELECT records_door.purge_sent_outcomes();
