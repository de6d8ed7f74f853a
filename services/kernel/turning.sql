-- Hold the bookmarks of some readers.
-- name: hold_bookmarks
SELECT FROM kernel.bookmark WHERE reader = ANY(%s) ORDER BY reader, topic, partition FOR UPDATE;

-- Partitions in which the second reader is behind the first: partition, its offset, the other's.
-- name: behind_in
SELECT a.partition, coalesce(b.next_offset, 0), a.next_offset
FROM kernel.bookmark a LEFT JOIN kernel.bookmark b
    ON b.reader = %(to)s AND b.topic = a.topic AND b.partition = a.partition
WHERE a.reader = %(from)s AND coalesce(b.next_offset, 0) < a.next_offset
ORDER BY a.partition;
