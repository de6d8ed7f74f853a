-- The patients to whom these digests lead.
-- name: find
SELECT digest, patient_id FROM records.person WHERE digest = ANY(%s);

-- New persons; whoever was there first stays.
-- name: bear
INSERT INTO records.person (digest, patient_id, account_id)
SELECT * FROM unnest(%s::bytea[], %s::uuid[], %s::text[])
ON CONFLICT (digest) DO NOTHING;

-- A second number of a person who is known; whoever has the number already keeps it.
-- name: renumber
INSERT INTO records.person (digest, patient_id) VALUES (%s, %s)
ON CONFLICT (digest) DO NOTHING;

-- Which of these patients have events that may be sealed under their key; what the ledger says itself never is.
-- name: with_events
SELECT p FROM unnest(%s::uuid[]) AS p
WHERE EXISTS (SELECT FROM records.event WHERE originator_id = p AND topic <> ALL(%s::text[]));
