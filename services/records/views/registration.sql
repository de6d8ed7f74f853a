-- Who has registered this child with ZUS and through which payer, as ZUS last described each registration.
CREATE FUNCTION registration(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    insured uuid,
    kinship text,
    payer uuid,
    valid_from date,
    reported_on date
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        start_of(said(valid_from ORDER BY recency)),
        '',
        said(insured ORDER BY recency),
        said(kinship ORDER BY recency),
        said(payer ORDER BY recency),
        said(valid_from ORDER BY recency),
        said(reported_on ORDER BY recency)
    FROM (
        SELECT
            entry_id, insured, kinship, payer, valid_from, reported_on,
            row_number() OVER (ORDER BY occurred_at DESC, event_id DESC, publisher COLLATE "C" DESC) AS recency
        FROM family_member_registered
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    GROUP BY entry_id;
END;
