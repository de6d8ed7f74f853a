-- Fulfilments of orders, each by the shop's own number: its latest statement counts alone, also when that one speaks
-- of another item or order.
CREATE FUNCTION fulfilment(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    fulfilment uuid,
    entry_id uuid,
    item int,
    quantity int,
    shop text,
    fulfilled_at timestamptz
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        fulfilment,
        said(entry_id ORDER BY recency),
        said(item ORDER BY recency),
        said(quantity ORDER BY recency),
        said(shop ORDER BY recency),
        said(fulfilled_at ORDER BY recency)
    FROM (
        SELECT
            fulfilment, entry_id, item, quantity, shop, fulfilled_at,
            $recency
        FROM device_order_fulfilled
        WHERE patient_id = patient AND recorded_at <= known_at
    ) AS statement
    GROUP BY fulfilment;
END;

-- Orders for medical devices with what is left of each item, never below 0; what does not fit is shown as odd. Without
-- an issue it shows as not_issued, and nothing is known to be left.
CREATE FUNCTION device_order(patient uuid, known_at timestamptz DEFAULT 'infinity')
RETURNS TABLE (
    entry_id uuid,
    medical_at timestamptz,
    state text,
    issued_at timestamptz,
    valid_until date,
    profession text,
    provider text,
    items json,
    fulfilments json
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH paper AS (
        SELECT
            entry_id,
            said(issued_at ORDER BY recency) AS issued_at,
            said(valid_until ORDER BY recency) AS valid_until,
            said(profession ORDER BY recency) AS profession,
            said(provider ORDER BY recency) AS provider,
            said(items_item ORDER BY recency) AS items_item,
            said(items_quantity ORDER BY recency) AS items_quantity
        FROM (
            SELECT
                *,
                $recency
            FROM device_order_issued
            WHERE patient_id = patient AND recorded_at <= known_at
        ) AS statement
        GROUP BY entry_id
    ),
    handed_out AS (
        SELECT entry_id, fulfilment, item, quantity, shop, fulfilled_at
        FROM fulfilment(patient, known_at)
    ),
    item AS (
        SELECT entry_id, item, quantity, coalesce(fulfilled, 0) AS fulfilled, first_at
        FROM (
            SELECT entry_id, ordered.item, ordered.quantity
            FROM paper, unnest(items_item, items_quantity) AS ordered (item, quantity)
        ) AS ordered
        FULL JOIN (
            SELECT entry_id, item, sum(quantity) AS fulfilled, min(fulfilled_at) AS first_at
            FROM handed_out
            GROUP BY entry_id, item
        ) AS given USING (entry_id, item)
    ),
    items AS (
        SELECT item.entry_id, json_agg(shown ORDER BY item.item) AS items
        FROM item
        LEFT JOIN paper ON paper.entry_id = item.entry_id
        CROSS JOIN LATERAL (
            SELECT
                item.item,
                item.quantity,
                item.fulfilled,
                CASE WHEN item.quantity IS NOT NULL THEN greatest(item.quantity - item.fulfilled, 0) END AS left_to_fulfil,
                array_remove(ARRAY[
                    CASE WHEN item.fulfilled > item.quantity THEN 'more_than_issued' END,
                    CASE WHEN item.first_at < paper.issued_at THEN 'fulfilled_before_issued' END,
                    CASE WHEN item.quantity IS NULL AND paper.issued_at IS NOT NULL THEN 'not_on_order' END
                ], NULL) AS odd
        ) AS shown
        GROUP BY item.entry_id
    ),
    fulfilments AS (
        SELECT
            handed_out.entry_id,
            min(handed_out.fulfilled_at) AS first_at,
            json_agg(shown ORDER BY handed_out.fulfilled_at, handed_out.fulfilment) AS fulfilments
        FROM handed_out
        CROSS JOIN LATERAL (
            SELECT
                handed_out.fulfilment, handed_out.item, handed_out.quantity, handed_out.shop, handed_out.fulfilled_at
        ) AS shown
        GROUP BY handed_out.entry_id
    )
    SELECT
        entry_id,
        coalesce(issued_at, first_at),
        CASE WHEN issued_at IS NULL THEN 'not_issued' ELSE '' END,
        issued_at,
        valid_until,
        profession,
        provider,
        coalesce(items, '[]'),
        coalesce(fulfilments, '[]')
    FROM paper
    FULL JOIN fulfilments USING (entry_id)
    LEFT JOIN items USING (entry_id);
END;
