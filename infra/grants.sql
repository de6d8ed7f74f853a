-- Who may do what. Nobody who writes the ledger may change or delete in it, and nobody owns a table.

GRANT USAGE ON SCHEMA kernel, viewing TO records_ingest, records_relay, records_projection, operator;
GRANT EXECUTE ON FUNCTION viewing.record TO records_ingest, records_relay, records_projection, operator;

-- Bookmarks: everybody reads all, and moves what is their own (row-level security).
GRANT SELECT, INSERT, UPDATE ON kernel.bookmark TO records_ingest, records_relay, records_projection;
GRANT SELECT, INSERT, UPDATE, DELETE ON kernel.worker TO records_ingest, records_relay, records_projection;
GRANT SELECT ON kernel.bookmark, kernel.worker TO operator;

-- Ingest writes the ledger. MAINTAIN is what the table lock asks for.
GRANT USAGE ON SCHEMA records, records_door TO records_ingest;
GRANT SELECT, INSERT, MAINTAIN ON records.event TO records_ingest;
GRANT SELECT, INSERT ON
    records.seal, records.inbox, records.person,
    records.quarantined, records.quarantined_bytes, records.quarantine_closing, records.quarantine_retry,
    records.gap, records.gap_closing
TO records_ingest;
GRANT SELECT ON records.quarantine_open, records.gap_open TO records_ingest;
GRANT SELECT, INSERT, UPDATE ON records.breaker TO records_ingest;
GRANT INSERT ON records.outcome TO records_ingest;
GRANT EXECUTE ON FUNCTION records_door.purge_closed_bytes, records_door.event_hash TO records_ingest;

-- The relay reads the ledger.
GRANT USAGE ON SCHEMA records, records_door TO records_relay;
GRANT EXECUTE ON FUNCTION records_door.event_hash, records_door.behind_seconds TO records_relay;
GRANT SELECT ON records.event, records.seal TO records_relay;
GRANT SELECT, INSERT, UPDATE ON records.relay_sent TO records_relay;

-- It sends receipts too, with the publishers' names, and removes what it has sent.
GRANT SELECT ON records.outcome, records.provider TO records_relay;
GRANT SELECT, UPDATE ON records.outcome_sent TO records_relay;
GRANT EXECUTE ON FUNCTION records_door.purge_sent_outcomes TO records_relay;

-- The projection reads nothing of the ledger but hashes, to see that the topic is not ahead of it, and how far behind
-- it is itself.
GRANT USAGE ON SCHEMA records, records_door TO records_projection;
GRANT EXECUTE ON FUNCTION
    records_door.event_hash, records_door.behind_seconds, records_door.complete_to,
    records_door.sent_to, records_door.last_sent
TO records_projection;
GRANT SELECT ON records.active_version, records.version TO records_projection;

-- Operators read what they watch, and open records through the door only.
GRANT USAGE ON SCHEMA records, records_door TO operator;
GRANT SELECT ON
    records.event, records.seal, records.inbox, records.relay_sent, records.active_version, records.breaker,
    records.topic_restart, records.version,
    records.quarantined, records.quarantine_closing, records.quarantine_open, records.gap_open, records.person
TO operator;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA records_door TO operator;
REVOKE EXECUTE ON FUNCTION records_door.purge_closed_bytes, records_door.purge_sent_outcomes FROM operator;

-- They watch how far permissions is.
GRANT USAGE ON SCHEMA permissions TO operator;
GRANT SELECT ON permissions.event TO operator;

-- Operators load the reference data.
GRANT SELECT, INSERT, UPDATE ON records.provider, records.practitioner TO operator;

-- The relay of permissions reads what was decided, and says how far it is on its topic.
GRANT USAGE ON SCHEMA kernel, permissions TO permissions_relay;
GRANT SELECT, INSERT, UPDATE ON kernel.bookmark TO permissions_relay;
GRANT SELECT, INSERT, UPDATE, DELETE ON kernel.worker TO permissions_relay;
GRANT SELECT ON permissions.event TO permissions_relay;
GRANT SELECT, INSERT, UPDATE ON permissions.relay_sent TO permissions_relay;

-- Permissions takes facts from the ledger's topic and decides; of its stream it changes nothing that stands.
GRANT USAGE ON SCHEMA kernel, permissions, records_door TO permissions_facts;
GRANT SELECT, INSERT, UPDATE ON kernel.bookmark TO permissions_facts;
GRANT SELECT, INSERT, UPDATE, DELETE ON kernel.worker TO permissions_facts;
GRANT EXECUTE ON FUNCTION
    records_door.event_hash, records_door.behind_seconds, records_door.complete_to,
    records_door.sent_to, records_door.last_sent, permissions.micros, permissions.moment
TO permissions_facts;
GRANT SELECT, INSERT, UPDATE ON permissions.person, permissions.subject TO permissions_facts;
GRANT SELECT, INSERT ON permissions.fact, permissions.announced TO permissions_facts;
GRANT SELECT ON permissions.command_fact, permissions.active_version TO permissions_facts;
GRANT SELECT, INSERT, DELETE ON permissions.access_by_subject, permissions.access_by_viewer TO permissions_facts;
GRANT SELECT, INSERT, MAINTAIN ON permissions.event TO permissions_facts;
GRANT SELECT, UPDATE (build, commands_to) ON permissions.version TO permissions_facts;
GRANT UPDATE (quiet) ON permissions.active_version TO permissions_facts;

-- Whoever opens records asks who may see whom, by the door.
GRANT USAGE ON SCHEMA access TO operator;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA access TO operator;

-- Operators explain from the facts.
GRANT SELECT ON
    permissions.fact, permissions.command_fact, permissions.active_version, permissions.version
TO operator;

-- Commands about access: who is meant, what is known of them, the decision, and the periods that follow from it. FOR
-- UPDATE asks for UPDATE on the rows that are only locked; MAINTAIN is what the table lock asks for.
GRANT USAGE ON SCHEMA permissions, access, records_door, viewing TO permissions_commands;
GRANT EXECUTE ON FUNCTION
    records_door.patient_by_digest, records_door.patient_by_account, records_door.patient_known, viewing.record
TO permissions_commands;
GRANT EXECUTE ON FUNCTION
    access.behind_seconds, access.as_of, access.whose_accounts, access.who_sees, access.who_saw, permissions.micros
TO permissions_commands;
GRANT SELECT ON permissions.active_version, permissions.fact TO permissions_commands;
GRANT SELECT, INSERT, UPDATE ON permissions.person, permissions.subject TO permissions_commands;
GRANT SELECT, INSERT ON permissions.command_fact, permissions.answered TO permissions_commands;
GRANT SELECT, INSERT, MAINTAIN ON permissions.event TO permissions_commands;
GRANT SELECT, INSERT, DELETE ON permissions.access_by_subject, permissions.access_by_viewer TO permissions_commands;
