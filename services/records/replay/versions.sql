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

-- Since when a version is full.
-- name: filled_at
SELECT filled_at FROM records.version WHERE version = %s;

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

-- Bookmarks of versions that are no more.
-- name: forget_bookmarks
DELETE FROM kernel.bookmark
WHERE reader LIKE 'records.projection.%' AND split_part(reader, '.', 3) NOT IN (SELECT version FROM records.version);

-- And their workers.
-- name: forget_workers
DELETE FROM kernel.worker
WHERE reader LIKE 'records.projection.%' AND split_part(reader, '.', 3) NOT IN (SELECT version FROM records.version);

-- Transactions of others, which may still read what was read when they began. The activity of others is not ours to
-- see; that they hold their own transaction's lock is.
-- name: going_on
SELECT l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'virtualxid' AND l.granted AND l.mode = 'ExclusiveLock'
    AND a.datname = current_database() AND a.usename IS NOT NULL AND a.pid <> pg_backend_pid();

-- How many of them go on.
-- name: still_going_on
SELECT count(*) FROM pg_locks
WHERE locktype = 'virtualxid' AND mode = 'ExclusiveLock' AND virtualtransaction = ANY(%s);

-- Whoever is at work is waited for so long, and holds others up no longer.
-- name: be_brief
SELECT set_config('lock_timeout', '2s', true);

-- Schemas of versions that are no more.
-- name: left_over
SELECT nspname FROM pg_namespace
WHERE nspname ~ '^records_v[0-9]+$' AND nspname NOT IN (SELECT version FROM records.version)
ORDER BY 1;
