-- Which messages the patient wants and how, by the latest statement; a kind that it does not name goes by default.
CREATE FUNCTION notification_wishes(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    changed_at timestamptz,
    wishes json
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        changed_at,
        '',
        changed_at,
        (
            SELECT coalesce(json_agg(wish ORDER BY wish.message), '[]')
            FROM unnest(wishes_message, wishes_channel) AS wish (message, channel)
        )
    FROM (
        SELECT DISTINCT ON (entry_id) entry_id, changed_at, wishes_message, wishes_channel
        FROM notification_wishes_changed
        WHERE patient_id = patient AND recorded_at <= known_at
        ORDER BY entry_id, $newest_first
    ) AS latest;
END;
