-- The day on which an age is reached, at its start; born on 29 February, in a common year: 28 February
-- (Civil Code art. 112). Adding years to a date ends on the month's last day where the day is missing: the same.
CREATE FUNCTION birthday(born date, age int) RETURNS date
LANGUAGE sql IMMUTABLE STRICT
RETURN (born + make_interval(years => age))::date;

-- The same day that many calendar months later; where that month has no such day, its last day.
CREATE FUNCTION months_later(day date, months int) RETURNS date
LANGUAGE sql IMMUTABLE STRICT
RETURN (day + make_interval(months => months))::date;

-- The day in Poland at a moment.
CREATE FUNCTION day_of(moment timestamptz) RETURNS date
LANGUAGE sql STABLE STRICT
RETURN (moment AT TIME ZONE 'Europe/Warsaw')::date;

-- The moment at which a day begins in Poland.
CREATE FUNCTION start_of(day date) RETURNS timestamptz
LANGUAGE sql STABLE STRICT
RETURN day::timestamp AT TIME ZONE 'Europe/Warsaw';
