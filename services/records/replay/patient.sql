-- The version that is read; nobody reads another one, and nobody prunes this one, before this transaction ends.
-- name: hold_active
SELECT version FROM records.active_version WHERE projection = 'records' FOR SHARE;

-- How many partitions a reader of the ledger's topic shares.
-- name: partitions
SELECT count(*) FROM kernel.bookmark WHERE (reader, topic) = (%(reader)s, %(topic)s);

-- How far a reader has a partition; it goes no further before this transaction ends.
-- name: hold_bookmark
SELECT position FROM kernel.bookmark
WHERE (reader, topic, partition) = (%(reader)s, %(topic)s, %(partition)s)
FOR UPDATE;

-- What the ledger has of a patient behind a version of the stream.
-- name: stream
SELECT originator_id, originator_version, notification_id, state FROM records.event
WHERE originator_id = %(patient)s AND originator_version > %(behind)s
ORDER BY originator_version;

-- A place for the rows that one table should have of the patient.
-- name: create_due
CREATE TABLE pg_temp.{table} (LIKE {version}.{table}) ON COMMIT DROP;

-- What is wrong with the patient's rows in a table. The ledger's position says which row is which.
-- name: compare
SELECT
    {name},
    count(due.position) FILTER (WHERE there.position IS NULL),
    count(due.position) FILTER (WHERE there.position IS NOT NULL)
        - count(DISTINCT due.position) FILTER (WHERE there.position IS NOT NULL),
    count(*) FILTER (WHERE due.position = there.position AND due IS DISTINCT FROM there),
    count(there.position) FILTER (WHERE due.position IS NULL)
FROM (SELECT * FROM pg_temp.{table} WHERE position <= %(position)s) AS due
FULL JOIN (SELECT * FROM {version}.{table} WHERE patient_id = %(patient)s) AS there ON due.position = there.position;

-- The same for a table that should have none.
-- name: compare_with_none
SELECT {name}, 0, 0, 0, count(*) FROM {version}.{table} WHERE patient_id = %(patient)s;

-- Nothing of the patient in a table.
-- name: remove
DELETE FROM {version}.{table} WHERE patient_id = %(patient)s;

-- The rows that it should have.
-- name: put
INSERT INTO {version}.{table} SELECT * FROM pg_temp.{table} WHERE position <= %(position)s;
