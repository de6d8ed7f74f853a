-- Results of examinations. Names and values are sealed; items holds their numbers, so that a reader can put them in.
CREATE FUNCTION test_result(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    sampled_at timestamptz,
    issued_at timestamptz,
    provider text,
    visit uuid,
    items json
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id, sampled_at, '', sampled_at, issued_at, provider, visit,
        (
            SELECT json_agg(json_build_object('item', number) ORDER BY number)
            FROM unnest(items_item) AS number
        )
    FROM (
        SELECT
            entry_id,
            said(sampled_at ORDER BY recency) AS sampled_at,
            said(issued_at ORDER BY recency) AS issued_at,
            said(provider ORDER BY recency) AS provider,
            said(visit ORDER BY recency) AS visit,
            said(items_item ORDER BY recency) AS items_item
        FROM (
            SELECT
                entry_id, sampled_at, issued_at, provider, visit, items_item,
                $recency
            FROM test_result_published
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS statement
        GROUP BY entry_id
    ) AS result;
END;
