-- Every bookmark, whether somebody holds its lease, and where its part ends if that is one of the ledger's own table.
-- name: bookmarks
SELECT reader, topic, partition, next_offset,
    CASE WHEN moved_at > clock_timestamp() - interval '5 seconds' THEN rate ELSE 0 END,
    owner, lease_until > clock_timestamp(), stopped_at IS NOT NULL, last_error, last_error_at,
    extract(epoch FROM clock_timestamp() - moved_at), v.ledger_to * (partition + 1) / 8 + 1
FROM kernel.bookmark b LEFT JOIN records.version v ON b.reader = 'records.projection.' || v.version || '.ledger'
ORDER BY reader, topic, partition;

-- How far a reader of the ledger is behind its end.
-- name: behind
SELECT done.position, records_door.behind_seconds(done.position),
    coalesce((SELECT max(last_position) FROM records.seal), 0) - done.position
FROM (
    SELECT CASE WHEN %(sender)s
        THEN (SELECT coalesce(max(position), 0) FROM kernel.bookmark WHERE reader = %(reader)s)
        ELSE records_door.complete_to(%(reader)s)
    END AS position
) AS done;

-- How far the relay of permissions is behind the end of its stream.
-- name: decisions_behind
SELECT sent.position, coalesce(
        extract(epoch FROM clock_timestamp()) - min(substr(e.state, 1, 8)::bigint) / 1000000.0, 0
    ), count(e.notification_id)
FROM (SELECT coalesce(max(position), 0) AS position FROM kernel.bookmark WHERE reader = %(reader)s) AS sent
LEFT JOIN permissions.event e ON e.notification_id > sent.position
GROUP BY sent.position;

-- First outcomes, what waits, what was re-driven, the ledger's end, and how many events the read model has.
-- name: sums
SELECT
    coalesce(sum(appended) FILTER (WHERE reader = 'records.ingest'), 0)::bigint,
    coalesce(sum(repeated) FILTER (WHERE reader = 'records.ingest'), 0)::bigint,
    coalesce(sum(quarantined) FILTER (WHERE reader = 'records.ingest'), 0)::bigint,
    (SELECT count(*) FROM records.quarantine_open),
    (SELECT count(*) FROM records.quarantine_closing WHERE how <> 'discarded'),
    (SELECT coalesce(max(last_position), 0) FROM records.seal),
    coalesce(sum(next_offset) FILTER (
        WHERE reader = 'records.projection.' || records_door.active_version('records')), 0)::bigint
FROM kernel.bookmark;

-- What waits, by publisher and reason.
-- name: quarantine
SELECT publisher, reason, count(*) FROM records.quarantine_open GROUP BY publisher, reason ORDER BY 3 DESC, 1, 2;

-- Every version that follows the topic by a process of its own: whose it is, and its name.
-- name: versions_at_work
SELECT 'permissions', version::text FROM permissions.version
UNION ALL
SELECT 'records', version FROM records.version WHERE filled_at IS NOT NULL;

-- The version of permissions that is read.
-- name: permissions_read
SELECT version FROM permissions.active_version;

-- The version of the patient read model that is read.
-- name: records_read
SELECT version FROM records.active_version WHERE projection = 'records';

-- Every version: whose it is, its name, by which build, since when it is full, whether it is being loaded, and what it
-- is there for.
-- name: versions
SELECT service, version, build, made_at, filled_at, loading, CASE
    WHEN is_read THEN 'read'
    WHEN is_previous THEN 'previous'
    WHEN made_at = max(made_at) OVER (PARTITION BY service) THEN 'next'
    ELSE 'unread'
END
FROM (
    SELECT 'permissions', v.version::text, v.build, v.made_at, NULL::timestamptz, false,
        v.version = a.version, coalesce(v.version = a.previous, false)
    FROM permissions.version v CROSS JOIN permissions.active_version a
    UNION ALL
    SELECT 'records', v.version, v.build, v.made_at, v.filled_at, v.filled_at IS NULL,
        v.version = a.version, coalesce(v.version = a.previous, false)
    FROM records.version v JOIN records.active_version a ON a.projection = 'records'
) AS found (service, version, build, made_at, filled_at, loading, is_read, is_previous)
ORDER BY service, made_at, version;
