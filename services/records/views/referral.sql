-- Referrals: issued, used, cancelled; a cancellation is final whatever its time, also before the issue.
-- Used or cancelled before its issue is known here: it shows all the same, as not_issued while it is not cancelled.
CREATE FUNCTION referral(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    issued_at timestamptz,
    valid_until date,
    referral_kind text,
    urgency text,
    profession text,
    provider text,
    used_at timestamptz,
    used_by text,
    visit uuid,
    cancelled_at timestamptz
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        coalesce(
            said(issued_at ORDER BY recency), said(used_at ORDER BY recency), said(cancelled_at ORDER BY recency)
        ),
        CASE
            WHEN said(cancelled_at ORDER BY recency) IS NOT NULL THEN 'cancelled'
            WHEN said(issued_at ORDER BY recency) IS NULL THEN 'not_issued'
            WHEN said(used_at ORDER BY recency) IS NOT NULL THEN 'used'
            ELSE ''
        END,
        said(issued_at ORDER BY recency),
        said(valid_until ORDER BY recency),
        said(referral_kind ORDER BY recency),
        said(urgency ORDER BY recency),
        said(profession ORDER BY recency),
        said(provider ORDER BY recency),
        said(used_at ORDER BY recency),
        said(used_by ORDER BY recency),
        said(visit ORDER BY recency),
        said(cancelled_at ORDER BY recency)
    FROM (
        SELECT
            *,
            $recency
        FROM (
            SELECT
                entry_id, event_id, publisher, occurred_at,
                issued_at, valid_until, referral_kind, urgency, profession, provider,
                NULL::timestamptz AS used_at, NULL::text AS used_by, NULL::uuid AS visit,
                NULL::timestamptz AS cancelled_at
            FROM referral_issued
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT
                entry_id, event_id, publisher, occurred_at,
                NULL, NULL, NULL, NULL, NULL, NULL, used_at, provider, visit, NULL
            FROM referral_used
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT
                entry_id, event_id, publisher, occurred_at,
                NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, cancelled_at
            FROM referral_cancelled
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS said_of_referral
    ) AS statement
    GROUP BY entry_id;
END;
