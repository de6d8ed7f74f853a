-- The version that is read, and the one before; nobody else changes it meanwhile.
-- name: hold_active
SELECT version, previous, quiet FROM permissions.active_version FOR UPDATE;

-- Whoever is at work is waited for so long, and holds others up no longer.
-- name: be_brief
SELECT set_config('lock_timeout', '5s', true), set_config('transaction_timeout', '60s', true);

-- Whether a version has commands left to follow.
-- name: commands_left
SELECT EXISTS (
    SELECT FROM permissions.command_fact c JOIN permissions.version v ON c.position > v.commands_to
    WHERE v.version = %s
);

-- Whom the facts mention that one version has and the other does not have yet.
-- name: ahead
SELECT DISTINCT person_id FROM permissions.fact
WHERE version = %(to)s AND position > (SELECT records_door.complete_to(%(from_reader)s));

-- Read another version from now on.
-- name: read_other
UPDATE permissions.active_version SET version = %(version)s, previous = %(previous)s;
