-- One rebuild or pruning of a projection at a time; the lock is the session's.
-- name: alone
SELECT pg_try_advisory_lock(hashtext('kartoteka replay'), hashtext(%s));

-- Others may rebuild or prune.
-- name: not_alone
SELECT pg_advisory_unlock(hashtext('kartoteka replay'), hashtext(%s));
