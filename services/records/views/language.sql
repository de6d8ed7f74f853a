-- The language that the patient has chosen for pages and messages.
CREATE FUNCTION language(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    language text,
    chosen_at timestamptz
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        said(chosen_at ORDER BY recency),
        '',
        said(language ORDER BY recency),
        said(chosen_at ORDER BY recency)
    FROM (
        SELECT
            entry_id, language, chosen_at,
            $recency
        FROM language_chosen
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    GROUP BY entry_id;
END;
