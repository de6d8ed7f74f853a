-- Commands and batches of any version may go on together; a switch of versions waits for them and holds them up.
-- name: no_switch
SELECT pg_advisory_xact_lock_shared(7563817);

-- Let nobody else decide until this transaction ends.
-- name: switching
SELECT pg_advisory_xact_lock(7563817);

-- The version that is being read.
-- name: active_version
SELECT version FROM permissions.active_version;

-- The version that is read, unless it has begun anew and keeps quiet until it has caught up.
-- name: publishing_version
SELECT version FROM permissions.active_version WHERE NOT quiet;

-- A row for everybody who has none yet.
-- name: meet_persons
INSERT INTO permissions.person SELECT unnest(%b::uuid[]) ORDER BY 1 ON CONFLICT DO NOTHING;

-- Take turns with everybody who says something about one of these.
-- name: lock_persons
SELECT FROM permissions.person WHERE person_id = ANY(%b) ORDER BY person_id FOR UPDATE;

-- A row for every subject that has none yet.
-- name: meet_subjects
INSERT INTO permissions.subject SELECT unnest(%b::uuid[]) ORDER BY 1 ON CONFLICT DO NOTHING;

-- Take turns with everybody who decides about one of these.
-- name: lock_subjects
SELECT FROM permissions.subject WHERE subject_id = ANY(%b) ORDER BY subject_id FOR UPDATE;

-- Facts of the ledger, as a version learns them.
-- name: copy_facts
COPY permissions.fact (person_id, version, position, subject_id, kind, recorded_at, content)
FROM STDIN (FORMAT binary);

-- Facts of our own.
-- name: copy_command_facts
COPY permissions.command_fact (person_id, position, subject_id, kind, recorded_at, content)
FROM STDIN (FORMAT binary);

-- The other numbers under which what is said of these persons counts too.
-- name: other_numbers
SELECT subject_id FROM permissions.fact
WHERE version = %(version)s AND person_id = ANY(%(persons)b) AND kind IN ('PersonNumberChanged', 'PersonNumberShared');

-- The subjects in whose records facts of these kinds mention one of these persons.
-- name: mentioned_in
SELECT subject_id FROM permissions.fact
WHERE version = %(version)s AND person_id = ANY(%(persons)b) AND kind = ANY(%(kinds)s)
UNION
SELECT subject_id FROM permissions.command_fact
WHERE person_id = ANY(%(persons)b) AND kind = ANY(%(kinds)s);

-- What stands in the records of these persons, as far as it was known at a moment.
-- name: records
SELECT content::text FROM permissions.fact
WHERE version = %(version)s AND person_id = ANY(%(persons)b) AND subject_id = person_id AND recorded_at <= %(known_at)s
UNION ALL
SELECT content::text FROM permissions.command_fact
WHERE person_id = ANY(%(persons)b) AND subject_id = person_id AND recorded_at <= %(known_at)s;

-- The periods of these subjects' accounts as they stand.
-- name: periods
SELECT subject_id, viewer_id, permissions.micros(valid_from), permissions.micros(valid_until), scope, grounds
FROM permissions.access_by_subject
WHERE version = %s AND subject_id = ANY(%b)
ORDER BY subject_id, viewer_id, valid_from;

-- Take away what stands of these pairs, by subject.
-- name: forget_by_subject
DELETE FROM permissions.access_by_subject
WHERE version = %(version)s
    AND (subject_id, viewer_id) IN (SELECT * FROM unnest(%(subjects)s::uuid[], %(viewers)s::uuid[]));

-- Take away what stands of these pairs, by viewer.
-- name: forget_by_viewer
DELETE FROM permissions.access_by_viewer
WHERE version = %(version)s
    AND (subject_id, viewer_id) IN (SELECT * FROM unnest(%(subjects)s::uuid[], %(viewers)s::uuid[]));

-- Periods, by subject.
-- name: copy_by_subject
COPY permissions.access_by_subject (version, subject_id, viewer_id, valid_from, valid_until, scope, grounds) FROM STDIN;

-- Periods, by viewer.
-- name: copy_by_viewer
COPY permissions.access_by_viewer (version, subject_id, viewer_id, valid_from, valid_until, scope, grounds) FROM STDIN;

-- What was decided by command behind the place up to which a version has followed; one worker at a time follows.
-- name: commands_followed
SELECT commands_to FROM permissions.version WHERE version = %s FOR UPDATE SKIP LOCKED;

-- The persons whom the next commands mention.
-- name: next_commands
SELECT position, person_id FROM permissions.command_fact WHERE position > %s ORDER BY position LIMIT %s;

-- A version has followed up to here.
-- name: follow_commands
UPDATE permissions.version SET commands_to = %s WHERE version = %s;

-- Accesses that end by themselves within so many days, where no other period of the pair goes on from there.
-- name: ending
SELECT a.subject_id, a.viewer_id, permissions.micros(a.valid_until)
FROM permissions.access_by_subject a
WHERE a.version = %(version)s
    AND a.valid_until > clock_timestamp() AND a.valid_until <= clock_timestamp() + make_interval(days => %(days)s)
    AND NOT EXISTS (
        SELECT FROM permissions.access_by_subject b
        WHERE b.version = a.version AND b.subject_id = a.subject_id AND b.viewer_id = a.viewer_id
            AND b.valid_from = a.valid_until
    )
    AND NOT EXISTS (
        SELECT FROM permissions.announced n
        WHERE n.subject_id = a.subject_id AND n.viewer_id = a.viewer_id AND n.ends_at = a.valid_until
            AND n.days = (SELECT min(d) FROM unnest(%(before)s::int[]) d
                WHERE a.valid_until <= clock_timestamp() + make_interval(days => d))
    )
ORDER BY a.valid_until, a.subject_id, a.viewer_id
LIMIT %(most)s;

-- Note what is being announced; what somebody else has just announced is left out.
-- name: announce
INSERT INTO permissions.announced (subject_id, viewer_id, ends_at, days)
SELECT subject_id, viewer_id, permissions.moment(ends_at), days
FROM unnest(%(subjects)s::uuid[], %(viewers)s::uuid[], %(ends)s::bigint[], %(days)s::int[])
    AS due (subject_id, viewer_id, ends_at, days)
ON CONFLICT DO NOTHING
RETURNING subject_id, viewer_id, permissions.micros(ends_at), days;

-- Up to which position of the ledger a reader has everything, and how many seconds it is behind.
-- name: behind
SELECT complete_to, records_door.behind_seconds(complete_to)
FROM records_door.complete_to(%(reader)s) AS complete_to;

-- Everything that one answer rests on is read as of one moment.
-- name: one_moment
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- The version that is read, how far behind it is, up to which moment it knows the ledger, and the time.
-- name: how_current
SELECT version, access.behind_seconds(), access.as_of(), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
FROM permissions.active_version;

-- The database's time, in µs since 1970.
-- name: now
SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
