-- Who is this person's guardian by a court's decision, as last described. An end counts for the guardianship that it lies
-- after, or that it was stated after: one that was established anew later runs again. An end alone: not_established.
CREATE FUNCTION guardianship(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    guardian uuid,
    valid_from date,
    valid_until date
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH established AS (
        SELECT DISTINCT ON (entry_id) entry_id, guardian, valid_from, occurred_at, event_id, publisher
        FROM guardianship_established
        WHERE patient_id = patient AND recorded_at <= known_at
        ORDER BY entry_id, $newest_first
    ),
    ended AS (
        SELECT DISTINCT ON (entry_id) entry_id, ending.guardian, ending.valid_until
        FROM guardianship_ended AS ending
        LEFT JOIN established USING (entry_id)
        WHERE patient_id = patient AND recorded_at <= known_at
            AND (
                established.valid_from IS NULL OR ending.valid_until > established.valid_from
                OR (ending.occurred_at, ending.event_id, ending.publisher COLLATE "C")
                    > (established.occurred_at, established.event_id, established.publisher COLLATE "C")
            )
        ORDER BY entry_id, ending.occurred_at DESC, ending.event_id DESC, ending.publisher COLLATE "C" DESC
    )
    SELECT
        entry_id,
        start_of(coalesce(valid_from, valid_until)),
        CASE WHEN valid_from IS NULL THEN 'not_established' WHEN valid_until IS NOT NULL THEN 'ended' ELSE '' END,
        coalesce(established.guardian, ended.guardian),
        valid_from,
        valid_until
    FROM established
    FULL JOIN ended USING (entry_id);
END;
