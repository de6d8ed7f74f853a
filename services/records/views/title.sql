-- Insurance titles of the person, as ZUS last described each; whether one runs today is for the reader to compare.
CREATE FUNCTION title(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    title_code text,
    payer uuid,
    valid_from date,
    valid_until date
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        start_of(said(valid_from ORDER BY recency)),
        '',
        said(title_code ORDER BY recency),
        said(payer ORDER BY recency),
        said(valid_from ORDER BY recency),
        said(valid_until ORDER BY recency)
    FROM (
        SELECT
            entry_id, title_code, payer, valid_from, valid_until,
            row_number() OVER (ORDER BY occurred_at DESC, event_id DESC, publisher COLLATE "C" DESC) AS recency
        FROM insurance_title_opened
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    GROUP BY entry_id;
END;
