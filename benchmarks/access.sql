-- Whose account (child) could be seen by whom: a mother for every child, a father for four of five; one in ten has ended.
-- name: pairs
CREATE UNLOGGED TABLE pair AS
SELECT md5('child' || n)::uuid AS subject_id, md5(parent || n / 2)::uuid AS viewer_id, n %% 10 <> 0 AS runs
FROM generate_series(1, %(children)s) AS n
CROSS JOIN unnest(ARRAY['mother', 'father']) AS parent
WHERE parent = 'mother' OR n %% 5 <> 0;

-- Rows in the order of the key, so that it takes minutes; pages are as full as after a REINDEX.
-- name: fill_by_viewer
INSERT INTO permissions.access_by_viewer (version, subject_id, viewer_id, valid_from, valid_until, scope, grounds)
SELECT 1, subject_id, viewer_id, now() - interval '9 years',
    CASE WHEN runs THEN now() + interval '5 years' ELSE now() - interval '1 year' END, 'manage', '{insures}'
FROM pair ORDER BY viewer_id, subject_id;

-- The same by subject.
-- name: fill_by_subject
INSERT INTO permissions.access_by_subject (version, subject_id, viewer_id, valid_from, valid_until, scope, grounds)
SELECT version, subject_id, viewer_id, valid_from, valid_until, scope, grounds
FROM permissions.access_by_viewer ORDER BY subject_id, viewer_id;

-- Pairs to ask about: half may see; of the others half never had access and half lost it.
-- name: asked
SELECT md5('mother' || n / 2)::uuid, md5('child' || CASE WHEN k %% 4 = 1 THEN 1 + (n + half) %% children ELSE n END)::uuid
FROM (
    SELECT k, children, children / 2 AS half,
        CASE WHEN k %% 4 = 3 THEN tens * 10 ELSE tens * 10 - 1 - floor(random() * 9)::int END AS n
    FROM (
        SELECT k, %(children)s::int AS children, 1 + floor(random() * (%(children)s / 10))::int AS tens
        FROM generate_series(1, %(questions)s) AS k
    ) AS drawn
) AS child
ORDER BY random();

-- Ask one by one and look at the database's clock before and after each.
-- name: asking
CREATE FUNCTION pg_temp.ask(viewers uuid[], subjects uuid[]) RETURNS TABLE (milliseconds float8, answer boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    began timestamptz;
BEGIN
    FOR n IN 1 .. cardinality(viewers) LOOP
        began := clock_timestamp();
        answer := access.may_see(viewers[n], subjects[n]);
        milliseconds := extract(epoch FROM clock_timestamp() - began) * 1000;
        RETURN NEXT;
    END LOOP;
END;
$$;
