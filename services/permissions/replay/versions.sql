-- Every version, and which of them is read.
-- name: versions
SELECT v.version, v.build, v.made_at, v.version = a.version, coalesce(v.version = a.previous, false)
FROM permissions.version v CROSS JOIN permissions.active_version a
ORDER BY v.version;

-- The next number for a version.
-- name: next_number
SELECT nextval('permissions.version_number')::int;

-- Make the tables of a version.
-- name: create_version
CALL permissions.create_version(%s, %s);

-- By which rules a version was worked at.
-- name: build_of
SELECT build FROM permissions.version WHERE version = %s FOR UPDATE;

-- Keep by which rules a version is worked at.
-- name: keep_build
UPDATE permissions.version SET build = %s WHERE version = %s;

-- A version is no more.
-- name: forget_version
DELETE FROM permissions.version WHERE version = ANY(%s);

-- Nobody goes back to versions that are gone.
-- name: forget_previous
UPDATE permissions.active_version SET previous = NULL WHERE previous = ANY(%s);

-- Nor to what was found of them.
-- name: forget_verified
DELETE FROM permissions.verified WHERE from_version = ANY(%(numbers)s) OR to_version = ANY(%(numbers)s);

-- Bookmarks of readers that are no more.
-- name: forget_bookmarks
DELETE FROM kernel.bookmark WHERE reader = ANY(%s);

-- And their workers.
-- name: forget_workers
DELETE FROM kernel.worker WHERE reader = ANY(%s);

-- Tables of versions that are no more: the parent, the table, whether it is attached, and whether half detached.
-- name: left_over
SELECT p.parent, c.relname, i.inhrelid IS NOT NULL, coalesce(i.inhdetachpending, false)
FROM unnest(ARRAY['fact', 'access_by_subject', 'access_by_viewer']) AS p (parent)
JOIN pg_class c ON c.relnamespace = 'permissions'::regnamespace AND c.relkind = 'r'
    AND c.relname ~ ('^' || p.parent || '_v[0-9]+$')
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE NOT EXISTS (
    SELECT FROM permissions.version v WHERE c.relname = p.parent || '_v' || v.version
)
ORDER BY 2;

-- How far a version is: up to which position, how many seconds behind, and whether commands are left to follow.
-- name: stands
SELECT complete_to, records_door.behind_seconds(complete_to),
    EXISTS (SELECT FROM permissions.command_fact c WHERE c.position > v.commands_to)
FROM permissions.version v,
    LATERAL records_door.complete_to('permissions.facts.v' || v.version) AS complete_to
WHERE v.version = %s;

-- Where a reader goes on in each partition, and the last position that it read there.
-- name: read_to
SELECT partition, next_offset FROM kernel.bookmark WHERE reader = %s ORDER BY partition;

-- Everything that was made from a topic that is gone, in every version.
-- name: forget_all
TRUNCATE permissions.fact, permissions.access_by_subject, permissions.access_by_viewer;

-- Every version follows all commands again.
-- name: follow_all
UPDATE permissions.version SET commands_to = 0;

-- Nothing is published until the version that is read has caught up.
-- name: be_quiet
UPDATE permissions.active_version SET quiet = true;

-- The version that is read has caught up and publishes again.
-- name: speak_again
UPDATE permissions.active_version SET quiet = false;

-- Whether a version is read, keeps quiet, and has caught up: less than a second behind, all commands followed.
-- name: caught_up
SELECT FROM permissions.active_version a JOIN permissions.version v USING (version)
WHERE a.version = %s AND a.quiet
    AND records_door.behind_seconds(records_door.complete_to('permissions.facts.v' || v.version)) < 1
    AND NOT EXISTS (SELECT FROM permissions.command_fact c WHERE c.position > v.commands_to);

-- A look at everything that was ever published takes its time.
-- name: take_time
SELECT set_config('transaction_timeout', '0', true), set_config('statement_timeout', '0', true);

-- What was published of accesses to these accounts, in its order.
-- name: published
SELECT originator_id, state FROM permissions.event
WHERE topic = 'AccessChanged' AND originator_id >= %(first)s AND originator_id <= %(last)s
ORDER BY originator_id, originator_version;

-- Who has periods among these accounts.
-- name: subjects_with_periods
SELECT DISTINCT subject_id FROM permissions.access_by_subject
WHERE version = %(version)s AND subject_id >= %(first)s AND subject_id <= %(last)s;
