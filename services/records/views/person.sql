-- The person, as the civil register last described them; other_records are records that the register gave one number
-- with this one, and that stay apart.
CREATE FUNCTION person(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    birth_date date,
    sex text,
    mother uuid,
    father uuid,
    died_on date,
    number_changed_on date,
    other_records uuid[]
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        start_of(said(birth_date ORDER BY recency)),
        CASE WHEN said(died_on ORDER BY recency) IS NOT NULL THEN 'died' ELSE '' END,
        said(birth_date ORDER BY recency),
        said(sex ORDER BY recency),
        said(mother ORDER BY recency),
        said(father ORDER BY recency),
        said(died_on ORDER BY recency),
        said(changed_on ORDER BY recency),
        coalesce(array_agg(DISTINCT other ORDER BY other) FILTER (WHERE other <> patient), '{}')
    FROM (
        SELECT
            *,
            $recency
        FROM (
            SELECT
                entry_id, event_id, publisher, occurred_at,
                birth_date, sex, mother, father,
                NULL::date AS died_on, NULL::date AS changed_on, NULL::uuid AS other
            FROM person_registered
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT entry_id, event_id, publisher, occurred_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL
            FROM name_changed
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT entry_id, event_id, publisher, occurred_at, NULL, NULL, NULL, NULL, died_on, NULL, NULL
            FROM person_died
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT entry_id, event_id, publisher, occurred_at, NULL, NULL, NULL, NULL, NULL, changed_on, new_number
            FROM person_number_changed
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT entry_id, event_id, publisher, occurred_at, NULL, NULL, NULL, NULL, NULL, changed_on, other_record
            FROM person_number_shared
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS said_of_person
    ) AS statement
    GROUP BY entry_id;
END;
