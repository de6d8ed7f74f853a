-- The version that is read; nobody reads another one, and nobody prunes this one, before this transaction ends.
-- name: hold_active
SELECT version FROM records.active_version WHERE projection = 'records' FOR SHARE;

-- How many partitions a reader of the ledger's topic has.
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

-- What a table has of a patient, as PostgreSQL writes rows.
-- name: there
COPY (SELECT {columns} FROM {version}.{table} WHERE patient_id = {patient} ORDER BY position) TO STDOUT (FORMAT binary);

-- How much a table has of a patient that should have nothing.
-- name: count_there
SELECT {name}, count(*) FROM {version}.{table} WHERE patient_id = {patient};

-- Nothing of a patient in a table.
-- name: remove
DELETE FROM {version}.{table} WHERE patient_id = {patient};
