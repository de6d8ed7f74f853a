-- What courts have decided about each parent's rights over this child: from which day on what holds. Of two statements
-- about one day the later one counts; whether a day has come is for the reader to compare.
CREATE FUNCTION parental_rights(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    parent uuid,
    decisions json
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        start_of(max(decided.valid_from)),
        '',
        parent,
        json_agg(shown ORDER BY decided.valid_from)
    FROM (
        SELECT DISTINCT ON (entry_id, valid_from) entry_id, parent, valid_from, rights
        FROM parental_rights_changed
        WHERE patient_id = patient AND recorded_at <= known_at
        ORDER BY entry_id, valid_from, $newest_first
    ) AS decided
    CROSS JOIN LATERAL (SELECT decided.valid_from, decided.rights) AS shown
    GROUP BY entry_id, parent;
END;
