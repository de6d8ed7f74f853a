-- Gaps that stand open for these patients.
-- name: open_gaps
SELECT patient_id, publisher, reason, set_aside, since FROM records.gap_open WHERE patient_id = ANY(%s);

-- A new gap.
-- name: open_gap
INSERT INTO records.gap (set_aside, patient_id, publisher, reason, since) VALUES (%s, %s, %s, %s, %s);

-- A gap that is whole again.
-- name: close_gap
INSERT INTO records.gap_closing (set_aside) VALUES (%s);

-- What still waits for these patients, by publisher and reason.
-- name: waiting_of_patients
SELECT DISTINCT p.patient_id, o.publisher, o.reason
FROM records.quarantine_open o
JOIN records.person p ON p.digest = o.digest
WHERE p.patient_id = ANY(%s);

-- What waits under these digests and may be told to the patients.
-- name: waiting_for
SELECT o.topic, o.partition, o.record_offset, o.publisher, o.reason, o.digest, o.published_at
FROM records.quarantine_open o
WHERE o.digest = ANY(%s)
ORDER BY o.topic, o.partition, o.record_offset;
