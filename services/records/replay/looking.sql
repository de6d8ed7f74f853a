-- Every column of every table of one version.
-- name: columns
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = to_regnamespace(%(version)s) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY 1, 2;

-- Functions, aggregates and views of one version as texts, without the version's own name.
-- name: definitions
SELECT replace(name, %(version)s || '.', ''), replace(definition, %(version)s || '.', '')
FROM (
    SELECT p.oid::regprocedure::text, CASE p.prokind
        WHEN 'a' THEN (to_jsonb(a) - 'aggfnoid')::text
        ELSE pg_get_functiondef(p.oid)
    END
    FROM pg_proc p LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
    WHERE p.pronamespace = to_regnamespace(%(version)s)
    UNION ALL
    SELECT c.oid::regclass::text, pg_get_viewdef(c.oid)
    FROM pg_class c
    WHERE c.relnamespace = to_regnamespace(%(version)s) AND c.relkind IN ('v', 'm')
) AS found (name, definition);

-- The columns that each function of one version returns.
-- name: shown_columns
SELECT p.proname, array_agg(shown.name)
FROM pg_proc p CROSS JOIN LATERAL unnest(p.proargnames, p.proargmodes) AS shown (name, mode)
WHERE p.pronamespace = to_regnamespace(%(version)s) AND shown.mode = 't'
GROUP BY p.oid;

-- A table that holds no events, as text.
-- name: content
SELECT coalesce(string_agg(to_jsonb(t)::text, E'\n' ORDER BY to_jsonb(t)), '') FROM {table} AS t;

-- Rows of one table up to a position by the first byte of the patient: how many, where, and what they say. Hashed from
-- their positions on, so that two rows that change places in one column do not add up to the same.
-- name: rows_summed
SELECT get_byte(uuid_send(patient_id), 0), count(*), sum(position),
    sum(hash_record_extended(ROW({columns}), position))
FROM {table}
WHERE position <= %(position)s
GROUP BY 1;

-- Rows of one table and one bucket that are not the same in both versions, and in which columns.
-- name: rows_differing
SELECT active.there, other.there, nth > 1, array_remove(ARRAY[{unequal}]::text[], NULL),
    patient_id, entry_id, event_id, publisher, coalesce(active.position, other.position)
FROM (
    SELECT *, true AS there, row_number() OVER (PARTITION BY {key} ORDER BY position) AS nth
    FROM {active} WHERE position <= %(position)s AND patient_id BETWEEN %(first)s AND %(last)s
) AS active FULL JOIN (
    SELECT *, true AS there, row_number() OVER (PARTITION BY {key} ORDER BY position) AS nth
    FROM {other} WHERE position <= %(position)s AND patient_id BETWEEN %(first)s AND %(last)s
) AS other USING ({key}, nth)
WHERE active.there IS NULL OR other.there IS NULL OR ROW({active_columns}) IS DISTINCT FROM ROW({other_columns})
ORDER BY coalesce(active.position, other.position), nth;

-- What the ledger has up to a position: how many events, and where.
-- name: ledger_summed
SELECT coalesce(sum(events), 0)::bigint, coalesce(sum((first_position + last_position) * events / 2), 0)
FROM records.seal
WHERE last_position <= %(position)s;

-- Events that both versions have equally often, but not as often as the ledger; and how many there are of them.
-- name: events_off
SELECT event.originator_id, position, coalesce(told.active, 0), count(*) OVER ()
FROM (
    SELECT originator_id, notification_id AS position FROM records.event WHERE notification_id <= %(position)s
) AS event FULL JOIN (
    SELECT position, count(*) FILTER (WHERE active) AS active, count(*) FILTER (WHERE NOT active) AS other
    FROM ({positions}) AS row (active, position)
    WHERE position <= %(position)s
    GROUP BY position
) AS told USING (position)
WHERE coalesce(told.active, 0) = coalesce(told.other, 0)
    AND coalesce(told.active, 0) <> CASE WHEN event.originator_id IS NULL THEN 0 ELSE 1 END
ORDER BY position
LIMIT %(most)s;

-- The last seal that lies wholly below a position: up to where, and when.
-- name: sealed_to
SELECT last_position, recorded_at FROM records.seal
WHERE last_position <= %s
ORDER BY last_position DESC LIMIT 1;

-- The patients of one bucket, and whether both versions show otherwise what was known of them at each of these moments,
-- the last one first.
-- name: shown_summed
SELECT patient_id, known_at, ARRAY[{active}] IS DISTINCT FROM ARRAY[{other}]
FROM (SELECT DISTINCT patient_id FROM records.person WHERE patient_id BETWEEN %(first)s AND %(last)s) AS person
CROSS JOIN unnest(%(moments)s::timestamptz[]) AS known_at
ORDER BY patient_id, known_at DESC;

-- The whole record that a version shows of a patient, in its order, without what was accepted of each kind.
-- name: sum_of_timeline
SELECT sum(jsonb_hash_extended(
    (to_jsonb(shown) - ARRAY['content', 'ordinality'] || content)
        - ARRAY(SELECT jsonb_array_elements_text({accepted}::jsonb -> replace(kind, '-', '_'))),
    {seed}
))
FROM {view}(patient_id, known_at) WITH ORDINALITY AS shown;

-- What it answers about the next dose, without what was accepted.
-- name: sum_of_next_dose
SELECT sum(jsonb_hash_extended(to_jsonb(shown) - {accepted}::text[], 0))
FROM {view}(patient_id, (known_at AT TIME ZONE 'Europe/Warsaw')::date, known_at) AS shown;

-- The entries of one kind, in any order, without what was accepted; hashed from their ids on, so that two that change
-- places in one column do not add up to the same.
-- name: sum_of_entries
SELECT sum(jsonb_hash_extended(to_jsonb(shown) - {accepted}::text[], uuid_hash_extended(entry_id, 0)))
FROM {view}(patient_id, known_at) AS shown;

-- What one version shows of these patients: every entry with its columns as texts and where its statements stand.
-- name: shown
SELECT patient_id, known_at, kind, entry_id,
    row_number() OVER (PARTITION BY patient_id, known_at, kind, entry_id ORDER BY ordinality),
    (SELECT jsonb_object_agg(key, value::text) FROM jsonb_each(
        to_jsonb(shown) - ARRAY['kind', 'entry_id', 'content', 'ordinality'] || content
    )),
    ARRAY(SELECT (said -> 'position')::bigint FROM jsonb_array_elements(lineage) AS said ORDER BY 1)
FROM unnest(%(patients)s::uuid[], %(moments)s::timestamptz[]) AS asked (patient_id, known_at)
CROSS JOIN LATERAL {version}.timeline(patient_id, known_at) WITH ORDINALITY AS shown
ORDER BY patient_id, known_at, ordinality;

-- What one version answers about the next dose of these patients.
-- name: next_dose
SELECT patient_id, known_at, 'next_dose', NULL, row_number() OVER (PARTITION BY patient_id, known_at),
    (SELECT jsonb_object_agg(key, value::text) FROM jsonb_each(to_jsonb(shown))), '{{}}'::bigint[]
FROM unnest(%(patients)s::uuid[], %(moments)s::timestamptz[]) AS asked (patient_id, known_at)
CROSS JOIN LATERAL
    {version}.next_dose(patient_id, (known_at AT TIME ZONE 'Europe/Warsaw')::date, known_at) AS shown;

-- Keep that two versions were found equal, but for what was accepted.
-- name: keep_verified
INSERT INTO records.verified (from_version, to_version, build, position, accepted) VALUES (%s, %s, %s, %s, %s);

-- How far readers are complete.
-- name: complete_to
SELECT records_door.complete_to(%s), records_door.complete_to(%s);
