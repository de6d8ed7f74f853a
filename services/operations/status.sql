-- Every bookmark, and whether somebody holds its lease.
-- name: bookmarks
SELECT reader, topic, partition, next_offset,
    CASE WHEN moved_at > clock_timestamp() - interval '5 seconds' THEN rate ELSE 0 END,
    owner, lease_until > clock_timestamp(), stopped_at IS NOT NULL, last_error, last_error_at,
    extract(epoch FROM clock_timestamp() - moved_at)
FROM kernel.bookmark ORDER BY reader, topic, partition;

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

-- Every version of permissions.
-- name: versions
SELECT version FROM permissions.version;

-- The version of permissions that is read.
-- name: active_version
SELECT version FROM permissions.active_version;
