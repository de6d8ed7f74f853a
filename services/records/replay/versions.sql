-- Every version, and which of them is read.
-- name: versions
SELECT v.version, v.build, v.made_at, v.filled_at, v.ledger_to,
    v.version = a.version, coalesce(v.version = a.previous, false)
FROM records.version v CROSS JOIN records.active_version a
WHERE a.projection = 'records'
ORDER BY v.made_at, v.version;

-- The next name for a version.
-- name: next_name
SELECT 'records_v' || nextval('records.version_number');

-- Keep that there is a version, and what made it.
-- name: create
INSERT INTO records.version (version, build) VALUES (%s, %s);

-- The version that is read, and the one before; nobody else changes it meanwhile.
-- name: hold_active
SELECT version, previous FROM records.active_version WHERE projection = 'records' FOR UPDATE;

-- Versions are no more.
-- name: forget_versions
DELETE FROM records.version WHERE version = ANY(%s);

-- Nobody goes back to versions that are gone.
-- name: forget_previous
UPDATE records.active_version SET previous = NULL WHERE projection = 'records' AND previous = ANY(%s);

-- Nor to what was found of them.
-- name: forget_verified
DELETE FROM records.verified WHERE from_version = ANY(%(names)s) OR to_version = ANY(%(names)s);

-- Bookmarks of readers that are no more.
-- name: forget_bookmarks
DELETE FROM kernel.bookmark WHERE reader = ANY(%s);

-- And their workers.
-- name: forget_workers
DELETE FROM kernel.worker WHERE reader = ANY(%s);

-- Transactions of others that began before a moment and may still read what was read then.
-- name: began_before
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < %s AND backend_type = 'client backend';

-- Schemas of versions that are no more.
-- name: left_over
SELECT nspname FROM pg_namespace
WHERE nspname ~ '^records_v[0-9]+$' AND nspname NOT IN (SELECT version FROM records.version)
ORDER BY 1;
