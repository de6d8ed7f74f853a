-- Documents in the index; a withdrawal is final whatever its time, also before the entry into the index.
CREATE FUNCTION document(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    document_kind text,
    issued_at timestamptz,
    provider text,
    profession text,
    visit uuid,
    content_type text,
    withdrawn_at timestamptz
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        coalesce(said(issued_at ORDER BY recency), said(withdrawn_at ORDER BY recency)),
        CASE
            WHEN said(withdrawn_at ORDER BY recency) IS NOT NULL THEN 'withdrawn'
            ELSE ''
        END,
        said(document_kind ORDER BY recency),
        said(issued_at ORDER BY recency),
        said(provider ORDER BY recency),
        said(profession ORDER BY recency),
        said(visit ORDER BY recency),
        said(content_type ORDER BY recency),
        said(withdrawn_at ORDER BY recency)
    FROM (
        SELECT
            *,
            $recency
        FROM (
            SELECT
                entry_id, event_id, publisher, occurred_at,
                document_kind, issued_at, provider, profession, visit, content_type,
                NULL::timestamptz AS withdrawn_at
            FROM document_indexed
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT
                entry_id, event_id, publisher, occurred_at,
                NULL, NULL, NULL, NULL, NULL, NULL, withdrawn_at
            FROM document_withdrawn
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS said_of_document
    ) AS statement
    GROUP BY entry_id;
END;
