-- Insurance titles of the person, as ZUS last described each; its end is that of its latest statement, opened or
-- closed, also where that one names no end any more. Whether a title runs today is for the reader to compare.
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
    SELECT DISTINCT ON (entry_id) entry_id, start_of(valid_from), '', title_code, payer, valid_from, valid_until
    FROM (
        SELECT entry_id, event_id, publisher, occurred_at, title_code, payer, valid_from, valid_until
        FROM insurance_title_opened
        WHERE patient_id = patient AND recorded_at <= known_at
        UNION ALL
        SELECT entry_id, event_id, publisher, occurred_at, title_code, payer, valid_from, valid_until
        FROM insurance_title_closed
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    ORDER BY entry_id, $newest_first;
END;
