-- Which free HPV dose is next for a person asked about on a day, and from when until when; a page compares dates only.
--
-- next_dose is null when nothing is to be booked; reason then says why: complete, second_dose_not_closed (given, but
-- held_up_by has to close its visit), too_old, first_dose_too_late, not_offered (no limits in force on that day),
-- birth_date_unknown (the register has not announced the person here yet). With next_dose 2, reason
-- first_dose_not_closed says that held_up_by has to close the first visit before the dates count.
-- latest_on is the last good day; what comes after it is after_latest: refused, or clinic (go and ask there).
--
-- Read so, where the rules leave room:
-- * a dose counts by its entry for HPV, whatever dose number the provider gave it, also before the 9th birthday or
--   abroad; the months count from the first, and no age bounds the second when the first came before the 14th birthday;
-- * the first is the one given first (at the same moment: the lower entry id); the second is the next one after it,
--   however few months lie between; a third changes nothing, and an open first no longer holds up once two were given;
-- * a visit that was closed but whose dose nobody recorded here is not a dose yet; a withdrawn one is none;
-- * all doses known are counted, also those given after the day asked: that day chooses the limits and the age.
CREATE FUNCTION next_dose(
    patient uuid,
    asked_on date DEFAULT day_of(now()),
    known_at timestamptz DEFAULT 'infinity'
)
RETURNS TABLE (
    next_dose int,
    reason text,
    earliest_on date,
    latest_on date,
    after_latest text,
    held_up_by text
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH dose AS (
        SELECT
            day_of(given_at) AS given_on,
            state = 'closed' AS closed,
            provider,
            row_number() OVER (ORDER BY given_at, entry_id) AS nth
        FROM vaccination(patient, known_at)
        WHERE target_disease = 'HPV' AND given_at IS NOT NULL AND state <> 'withdrawn'
    ),
    rule AS (
        SELECT
            birthday(birth_date, first_from_age) AS first_from,
            birthday(birth_date, first_before_age) AS first_before,
            months_later(first.given_on, second_from_months) AS second_from,
            months_later(first.given_on, second_until_months) AS second_until,
            first.given_on, first.closed AS first_closed, first.provider AS first_provider,
            second.closed AS second_closed, second.provider AS second_provider,
            birth_date, first_from_age
        FROM (SELECT asked_on AS day) AS asked
        LEFT JOIN vaccination_limit ON target_disease = 'HPV'
            AND valid_from <= asked.day AND (valid_until IS NULL OR asked.day < valid_until)
        LEFT JOIN person(patient, known_at) ON true
        LEFT JOIN dose AS first ON first.nth = 1
        LEFT JOIN dose AS second ON second.nth = 2
    ),
    answer AS (
        SELECT
            CASE
                WHEN second_closed THEN 'complete'
                WHEN NOT second_closed THEN 'second_dose_not_closed'
                WHEN first_from_age IS NULL THEN 'not_offered'
                WHEN birth_date IS NULL THEN 'birth_date_unknown'
                WHEN given_on >= first_before THEN 'first_dose_too_late'
                WHEN NOT first_closed THEN 'first_dose_not_closed'
                WHEN first_closed THEN 'second_dose'
                WHEN asked_on >= first_before THEN 'too_old'
                ELSE 'first_dose'
            END AS found,
            first_from, first_before, second_from, second_until, first_provider, second_provider
        FROM rule
    )
    SELECT
        CASE
            WHEN found = 'first_dose' THEN 1
            WHEN found IN ('second_dose', 'first_dose_not_closed') THEN 2
        END,
        CASE WHEN found NOT IN ('first_dose', 'second_dose') THEN found END,
        CASE
            WHEN found IN ('first_dose', 'too_old') THEN first_from
            WHEN found IN ('second_dose', 'first_dose_not_closed') THEN second_from
        END,
        CASE
            WHEN found IN ('first_dose', 'too_old') THEN first_before - 1
            WHEN found IN ('second_dose', 'first_dose_not_closed') THEN second_until
        END,
        CASE
            WHEN found IN ('first_dose', 'too_old') THEN 'refused'
            WHEN found IN ('second_dose', 'first_dose_not_closed') THEN 'clinic'
        END,
        CASE found
            WHEN 'second_dose_not_closed' THEN second_provider
            WHEN 'first_dose_not_closed' THEN first_provider
        END
    FROM answer;
END;
