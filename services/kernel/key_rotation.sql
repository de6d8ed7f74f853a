-- One rotation at a time; the lock goes with the connection.
-- name: alone
SELECT pg_try_advisory_lock(hashtext('kartoteka keys rotate'));

-- The master keys that may wrap, the newest last.
-- name: usable
SELECT name, number FROM keys.master_key ORDER BY number;

-- A new master key: from now on it wraps what is new.
-- name: begin
INSERT INTO keys.master_key (name, number) VALUES (%s, %s);

-- How many patients' keys another master key still wraps.
-- name: left
SELECT count(*) FROM keys.patient_key WHERE wrapped_by <> %s;

-- The next of them; a row that somebody else is just destroying is waited for, and then left alone.
-- name: chunk
SELECT patient_id, wrapped, master_key FROM keys.patient_key
WHERE patient_id > %(behind)s AND wrapped_by <> %(newest)s
ORDER BY patient_id LIMIT %(most)s
FOR UPDATE;

-- The same keys under the new master key.
-- name: rewrap
UPDATE keys.patient_key k SET wrapped = n.wrapped, master_key = %(newest)s
FROM unnest(%(patients)s::uuid[], %(wrapped)s::bytea[]) AS n (patient_id, wrapped)
WHERE k.patient_id = n.patient_id;

-- Take the old ones off the list; the foreign key refuses while one of them wraps anything.
-- name: retire
DELETE FROM keys.master_key WHERE name <> %s RETURNING name;

-- Their files are not needed any more; the fingerprints stay.
-- name: retire_files
UPDATE keys.key_file SET retired_at = now() WHERE name = ANY(%s);

-- Files that are not needed any more.
-- name: retired_files
SELECT name FROM keys.key_file WHERE retired_at IS NOT NULL;
