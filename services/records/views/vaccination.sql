-- Vaccination doses: recorded, or closed once the provider finished the visit properly, whatever was said later.
-- Closed before it was recorded here: not_recorded, which nobody counts as a dose. Entered by mistake: withdrawn,
-- final whatever its time, and no dose either.
CREATE FUNCTION vaccination(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    target_disease text,
    dose_number int,
    given_at timestamptz,
    provider text,
    visit uuid,
    closed_at timestamptz,
    closed_by text,
    withdrawn_at timestamptz
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        coalesce(
            said(given_at ORDER BY recency), said(closed_at ORDER BY recency), said(withdrawn_at ORDER BY recency)
        ),
        CASE
            WHEN said(withdrawn_at ORDER BY recency) IS NOT NULL THEN 'withdrawn'
            WHEN said(given_at ORDER BY recency) IS NULL THEN 'not_recorded'
            WHEN said(closed_at ORDER BY recency) IS NULL THEN 'recorded'
            ELSE 'closed'
        END,
        said(target_disease ORDER BY recency),
        said(dose_number ORDER BY recency),
        said(given_at ORDER BY recency),
        said(provider ORDER BY recency),
        said(visit ORDER BY recency),
        said(closed_at ORDER BY recency),
        said(closed_by ORDER BY recency),
        said(withdrawn_at ORDER BY recency)
    FROM (
        SELECT
            *,
            $recency
        FROM (
            SELECT
                entry_id, event_id, publisher, occurred_at, visit,
                target_disease, dose_number, given_at, provider,
                NULL::timestamptz AS closed_at, NULL AS closed_by, NULL::timestamptz AS withdrawn_at
            FROM vaccination_dose_recorded
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT
                entry_id, event_id, publisher, occurred_at, visit,
                NULL, NULL, NULL, NULL,
                closed_at, provider, NULL
            FROM vaccination_dose_closed
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT
                entry_id, event_id, publisher, occurred_at, NULL,
                NULL, NULL, NULL, NULL,
                NULL, NULL, withdrawn_at
            FROM vaccination_dose_withdrawn
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS said_of_dose
    ) AS statement
    GROUP BY entry_id;
END;
