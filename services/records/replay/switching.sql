-- By which build a version was last found equal to another.
-- name: last_verified
SELECT build FROM records.verified WHERE from_version = %s AND to_version = %s ORDER BY verified_at DESC LIMIT 1;

-- Whoever is at work is waited for so long, and holds others up no longer.
-- name: be_brief
SELECT set_config('lock_timeout', '2s', true), set_config('transaction_timeout', '10s', true);

-- The version that is read, the one before, and whether another one is there and full; nobody changes it meanwhile.
-- name: hold_active
SELECT a.version, a.previous,
    EXISTS (SELECT FROM records.version v WHERE v.version = %s AND v.filled_at IS NOT NULL)
FROM records.active_version a WHERE a.projection = 'records' FOR UPDATE OF a;

-- Read another version from now on.
-- name: read_other
UPDATE records.active_version SET version = %s, previous = %s WHERE projection = 'records';

-- Keep what is read from now on, and what was read until now.
-- name: keep_switched
INSERT INTO records.switched (from_version, to_version, build) VALUES (%s, %s, %s);
