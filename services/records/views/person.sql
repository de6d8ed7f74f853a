-- The person, as the civil register last described them.
CREATE FUNCTION person(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    birth_date date,
    sex text,
    mother uuid,
    father uuid
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        start_of(said(birth_date ORDER BY recency)),
        '',
        said(birth_date ORDER BY recency),
        said(sex ORDER BY recency),
        said(mother ORDER BY recency),
        said(father ORDER BY recency)
    FROM (
        SELECT
            entry_id, birth_date, sex, mother, father,
            row_number() OVER (ORDER BY occurred_at DESC, event_id DESC, publisher COLLATE "C" DESC) AS recency
        FROM person_registered
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    GROUP BY entry_id;
END;
