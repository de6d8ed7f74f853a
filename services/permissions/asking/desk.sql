-- Whoever is answered can rely on it: the commit is on the disk.
-- name: durable
SET LOCAL synchronous_commit = on;

-- Whether what is known is too old to give anybody access to another person's account.
-- name: being_checked
SELECT coalesce(access.behind_seconds(), 'infinity') > 60;

-- Requests with one key take turns.
-- name: lock_key
SELECT pg_advisory_xact_lock(7563819, hashtext(%s));

-- What was answered under a key.
-- name: answered
SELECT digest, answer FROM permissions.answered WHERE key = %s;

-- Keep an answer for those who ask again.
-- name: keep_answer
INSERT INTO permissions.answered (key, digest, answer) VALUES (%s, %s, %s);

-- The accounts of others that a person may see.
-- name: whose
SELECT subject, scope, grounds, valid_from, valid_until FROM access.whose_accounts(%s);

-- Who else may see a person's account.
-- name: who_sees
SELECT viewer, scope, grounds, valid_from, valid_until FROM access.who_sees(%s);

-- Who looked at a person's account, the last ones first.
-- name: who_saw
SELECT viewed_at, viewer, kind, purpose, ground FROM access.who_saw(%s) LIMIT 1000;
