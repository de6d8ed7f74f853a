-- Who has registered this child with ZUS and through which payer, as ZUS last described each registration, and since
-- when it has ended. An end counts for the registration that it lies after, or that it was stated after: one that was made
-- anew later, be it from that very day, runs again. An end alone: not_registered.
CREATE FUNCTION registration(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    insured uuid,
    kinship text,
    payer uuid,
    valid_from date,
    valid_until date,
    reported_on date
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH registered AS (
        SELECT
            entry_id,
            said(kinship ORDER BY recency) AS kinship,
            said(valid_from ORDER BY recency) AS valid_from,
            said(reported_on ORDER BY recency) AS reported_on,
            said(occurred_at ORDER BY recency) AS occurred_at,
            said(event_id ORDER BY recency) AS event_id,
            said(publisher ORDER BY recency) AS publisher
        FROM (
            SELECT
                entry_id, kinship, valid_from, reported_on, occurred_at, event_id, publisher,
                $recency
            FROM family_member_registered
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS statement
        GROUP BY entry_id
    ),
    deregistered AS (
        SELECT entry_id, said(ending.valid_until ORDER BY recency) AS valid_until
        FROM (
            SELECT
                entry_id, valid_until, occurred_at, event_id, publisher,
                $recency
            FROM family_member_deregistered
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS ending
        LEFT JOIN registered USING (entry_id)
        WHERE registered.valid_from IS NULL OR ending.valid_until > registered.valid_from
            OR (ending.occurred_at, ending.event_id, ending.publisher COLLATE "C")
                > (registered.occurred_at, registered.event_id, registered.publisher COLLATE "C")
        GROUP BY entry_id
    ),
    named AS (
        SELECT entry_id, insured, payer FROM family_member_registered
        WHERE patient_id = patient AND recorded_at <= known_at
        UNION
        SELECT entry_id, insured, payer FROM family_member_deregistered
        WHERE patient_id = patient AND recorded_at <= known_at
    )
    SELECT
        entry_id,
        start_of(coalesce(valid_from, valid_until)),
        CASE WHEN valid_from IS NULL THEN 'not_registered' WHEN valid_until IS NOT NULL THEN 'ended' ELSE '' END,
        insured,
        kinship,
        payer,
        valid_from,
        valid_until,
        reported_on
    FROM named
    LEFT JOIN registered USING (entry_id)
    LEFT JOIN deregistered USING (entry_id);
END;
