-- What is said of a column: the first value in the order asked for; null says nothing and overwrites nothing.
-- It is strict, so a null is never handed to it, and the first value that is not null is kept.
CREATE FUNCTION keep_first(kept anyelement, later anyelement) RETURNS anyelement
LANGUAGE sql IMMUTABLE STRICT
AS 'SELECT kept';

-- Views call it as said(value ORDER BY recency), recency 1 being the statement with the greatest
-- (occurred_at, event id as bytes, publisher): a rule that knows nothing of the order of arrival.
CREATE AGGREGATE said(anyelement) (SFUNC = keep_first, STYPE = anyelement);
