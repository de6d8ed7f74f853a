-- Where a reader begins in a partition, unless that is kept already.
-- name: stand_at
INSERT INTO kernel.bookmark (reader, topic, partition, next_offset, position)
VALUES (%(reader)s, %(topic)s, %(partition)s, %(next_offset)s, %(position)s)
ON CONFLICT DO NOTHING;
