-- Where this worker stands, as the database says it, and how many workers there are.
-- name: workers
SELECT count(*) FROM kernel.worker WHERE reader = %(reader)s AND seen_until > clock_timestamp();
