-- Dispensings of the person, each by the pharmacy's own number: its latest statement counts alone, also when that
-- one speaks of another item, or of another prescription, which then is the one that the dispensing belongs to.
-- A reversal is final whatever its time, also before the dispensing; known alone, it shows without item and quantity.
CREATE FUNCTION dispensing(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    dispensing uuid,
    entry_id uuid,
    item int,
    quantity int,
    pharmacy text,
    country text,
    dispensed_at timestamptz,
    reversed_at timestamptz
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        dispensing,
        said(entry_id ORDER BY recency),
        said(item ORDER BY recency),
        said(quantity ORDER BY recency),
        said(pharmacy ORDER BY recency),
        said(country ORDER BY recency),
        said(dispensed_at ORDER BY recency),
        said(reversed_at ORDER BY recency)
    FROM (
        SELECT
            *,
            -- What was dispensed says where it belongs; a reversal says so only where nothing else does.
            row_number() OVER (
                ORDER BY reversed_at IS NOT NULL, $newest_first
            ) AS recency
        FROM (
            SELECT
                event_id, publisher, occurred_at,
                dispensing, entry_id, item, quantity, pharmacy, country, dispensed_at, NULL::timestamptz AS reversed_at
            FROM prescription_dispensed
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT
                event_id, publisher, occurred_at,
                dispensing, entry_id, NULL, NULL, pharmacy, NULL, NULL, reversed_at
            FROM dispensing_reversed
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS said_of_dispensing
    ) AS statement
    GROUP BY dispensing;
END;

-- Prescriptions by themselves: issued or cancelled; a cancellation is final whatever its time, also before the issue.
CREATE FUNCTION prescription_paper(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    issued_at timestamptz,
    valid_until date,
    chronic boolean,
    profession text,
    provider text,
    cancelled_at timestamptz,
    items_item int[],
    items_quantity int[]
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        entry_id,
        said(issued_at ORDER BY recency),
        said(valid_until ORDER BY recency),
        said(chronic ORDER BY recency),
        said(profession ORDER BY recency),
        said(provider ORDER BY recency),
        said(cancelled_at ORDER BY recency),
        said(items_item ORDER BY recency),
        said(items_quantity ORDER BY recency)
    FROM (
        SELECT
            *,
            $recency
        FROM (
            SELECT
                entry_id, event_id, publisher, occurred_at,
                issued_at, valid_until, chronic, profession, provider, items_item, items_quantity,
                NULL::timestamptz AS cancelled_at
            FROM prescription_issued
            WHERE patient_id = patient AND recorded_at <= known_at
            UNION ALL
            SELECT
                entry_id, event_id, publisher, occurred_at,
                NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                cancelled_at
            FROM prescription_cancelled
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS said_of_paper
    ) AS statement
    GROUP BY entry_id;
END;

-- Prescriptions with what is left of each item: quantity issued less the sum of its dispensings that were not
-- reversed, never below 0.
-- What does not fit is shown as odd, not hidden: more dispensed than issued, dispensed before it was issued, an item
-- that is not on the prescription. Cancelled or no longer valid, the arithmetic stays; whether it may still be
-- dispensed is said by state and valid_until. Without an issue it shows as not_issued, and nothing is known to be left.
CREATE FUNCTION prescription(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    issued_at timestamptz,
    valid_until date,
    chronic boolean,
    profession text,
    provider text,
    cancelled_at timestamptz,
    items json,
    dispensings json
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH paper AS (
        SELECT
            entry_id, issued_at, valid_until, chronic, profession, provider, cancelled_at, items_item, items_quantity
        FROM prescription_paper(patient, known_at)
    ),
    taken AS (
        SELECT entry_id, dispensing, item, quantity, pharmacy, country, dispensed_at, reversed_at
        FROM dispensing(patient, known_at)
    ),
    item AS (
        SELECT entry_id, item, quantity, coalesce(dispensed, 0) AS dispensed, first_at
        FROM (
            SELECT entry_id, prescribed.item, prescribed.quantity
            FROM paper, unnest(items_item, items_quantity) AS prescribed (item, quantity)
        ) AS prescribed
        FULL JOIN (
            SELECT entry_id, item, sum(quantity) AS dispensed, min(dispensed_at) AS first_at
            FROM taken
            WHERE reversed_at IS NULL
            GROUP BY entry_id, item
        ) AS taken_item USING (entry_id, item)
    ),
    items AS (
        SELECT item.entry_id, json_agg(shown ORDER BY item.item) AS items
        FROM item
        LEFT JOIN paper ON paper.entry_id = item.entry_id
        CROSS JOIN LATERAL (
            SELECT
                item.item,
                item.quantity,
                item.dispensed,
                CASE WHEN item.quantity IS NOT NULL THEN greatest(item.quantity - item.dispensed, 0) END AS left_to_dispense,
                array_remove(ARRAY[
                    CASE WHEN item.dispensed > item.quantity THEN 'more_than_issued' END,
                    CASE WHEN item.first_at < paper.issued_at THEN 'dispensed_before_issued' END,
                    CASE WHEN item.quantity IS NULL AND paper.issued_at IS NOT NULL THEN 'not_on_prescription' END
                ], NULL) AS odd
        ) AS shown
        GROUP BY item.entry_id
    ),
    handed_out AS (
        SELECT
            taken.entry_id,
            min(coalesce(taken.dispensed_at, taken.reversed_at)) AS first_at,
            json_agg(shown ORDER BY taken.dispensed_at, taken.dispensing) AS dispensings
        FROM taken
        CROSS JOIN LATERAL (
            SELECT
                taken.dispensing, taken.item, taken.quantity, taken.pharmacy, taken.country,
                taken.dispensed_at, taken.reversed_at
        ) AS shown
        GROUP BY taken.entry_id
    )
    SELECT
        entry_id,
        coalesce(issued_at, first_at, cancelled_at),
        CASE WHEN cancelled_at IS NOT NULL THEN 'cancelled' WHEN issued_at IS NULL THEN 'not_issued' ELSE '' END,
        issued_at,
        valid_until,
        chronic,
        profession,
        provider,
        cancelled_at,
        coalesce(items, '[]'),
        coalesce(dispensings, '[]')
    FROM paper
    FULL JOIN handed_out USING (entry_id)
    LEFT JOIN items USING (entry_id);
END;
