-- A partition that has brought nothing for a while holds nobody up: whoever has all that was sent to it stands where the
-- relay stands, for what comes next comes from behind there. Else the first event after a quiet minute would look as if
-- it had been waiting since then.
-- name: keep_up
UPDATE kernel.bookmark AS b SET position = records_door.sent_to()
WHERE b.reader = %(reader)s AND b.owner = %(owner)s AND b.lease_until > clock_timestamp()
    AND b.position >= records_door.last_sent(b.partition) AND b.position < records_door.sent_to();
