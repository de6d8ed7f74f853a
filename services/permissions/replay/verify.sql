-- How far two versions are, and the last command.
-- name: stands
SELECT v.version, records_door.complete_to('permissions.facts.v' || v.version), v.commands_to,
    (SELECT coalesce(max(position), 0) FROM permissions.command_fact)
FROM permissions.version v WHERE v.version = ANY(%s);

-- Facts up to a position, counted and summed up by the first byte of the person whom they mention.
-- name: facts_summed
SELECT version, get_byte(uuid_send(person_id), 0), count(*), bit_xor(hash_record_extended(
    ROW(person_id, position, subject_id, kind, recorded_at, content::text), 0
))
FROM permissions.fact
WHERE version = ANY(%(versions)s) AND position <= %(position)s
GROUP BY 1, 2;

-- Facts among some persons that one of two versions lacks or holds otherwise; both contents where both have one.
-- name: facts_differing
SELECT person_id, position, coalesce(a.kind, b.kind), a.kind IS NOT NULL, b.kind IS NOT NULL
FROM (
    SELECT * FROM permissions.fact
    WHERE version = %(active)s AND position <= %(position)s AND person_id BETWEEN %(first)s AND %(last)s
) AS a FULL JOIN (
    SELECT * FROM permissions.fact
    WHERE version = %(other)s AND position <= %(position)s AND person_id BETWEEN %(first)s AND %(last)s
) AS b USING (person_id, position)
WHERE (a.subject_id, a.kind, a.recorded_at, a.content::text)
    IS DISTINCT FROM (b.subject_id, b.kind, b.recorded_at, b.content::text)
ORDER BY position, person_id;

-- Periods of two versions in both tables, counted and summed up by the first byte of whose account it is.
-- name: periods_summed
SELECT version, by_viewer, get_byte(uuid_send(subject_id), 0), count(*), bit_xor(hash_record_extended(
    ROW(subject_id, viewer_id, valid_from, valid_until, scope, grounds), 0
))
FROM permissions.period
WHERE version = ANY(%(versions)s)
GROUP BY 1, 2, 3;

-- Accounts whose periods are not the same four times, twice in each version: in some buckets, or of those that are named.
-- name: subjects_differing
SELECT subject_id
FROM (
    SELECT subject_id, version, by_viewer, count(*) AS n, bit_xor(hash_record_extended(
        ROW(viewer_id, valid_from, valid_until, scope, grounds), 0
    )) AS summed
    FROM permissions.period
    WHERE version = ANY(%(versions)s) AND (
        get_byte(uuid_send(subject_id), 0) = ANY(%(buckets)s::int[]) OR subject_id = ANY(%(subjects)s::uuid[])
    )
    GROUP BY 1, 2, 3
) AS found
GROUP BY subject_id
HAVING count(*) < 4 OR count(DISTINCT (n, summed)) > 1
ORDER BY subject_id;

-- The periods of these accounts as they stand in both tables of two versions.
-- name: periods_of
SELECT version, by_viewer, subject_id, viewer_id,
    permissions.micros(valid_from), permissions.micros(valid_until), scope, grounds
FROM permissions.period
WHERE version = ANY(%(versions)s) AND subject_id = ANY(%(subjects)s)
ORDER BY subject_id, viewer_id, valid_from;

-- Where the facts stand in the ledger that mention whose account it is, and what the viewer's own record says.
-- name: positions
SELECT DISTINCT position FROM permissions.fact
WHERE version = ANY(%(versions)s)
    AND (person_id = %(subject)s OR person_id = %(viewer)s AND subject_id = %(viewer)s)
ORDER BY position;

-- Where the commands stand in the stream of permissions that mention both.
-- name: commands
SELECT position FROM permissions.command_fact WHERE person_id = %(subject)s
INTERSECT SELECT position FROM permissions.command_fact WHERE person_id = %(viewer)s
ORDER BY position;

-- Keep that two versions were found equal, but for what was accepted.
-- name: keep_verified
INSERT INTO permissions.verified (from_version, to_version, build, position, accepted) VALUES (%s, %s, %s, %s, %s);

-- What was last found of two versions: the rules that were verified, and what was accepted.
-- name: last_verified
SELECT build, accepted FROM permissions.verified
WHERE from_version = %s AND to_version = %s
ORDER BY verified_at DESC LIMIT 1;

-- Whether two readers stand at the same offsets, and the second has followed all commands.
-- name: level
SELECT NOT EXISTS (
        SELECT FROM kernel.bookmark a LEFT JOIN kernel.bookmark b ON b.topic = a.topic AND b.partition = a.partition
            AND b.reader = 'permissions.facts.v' || %(other)s
        WHERE a.reader = 'permissions.facts.v' || %(active)s AND a.next_offset IS DISTINCT FROM b.next_offset
    )
    AND NOT EXISTS (
        SELECT FROM permissions.command_fact c JOIN permissions.version v ON c.position > v.commands_to
        WHERE v.version = %(other)s
    );
