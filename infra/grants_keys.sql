-- Keys are made by ingest and read by those who open records; nobody changes or deletes one by the way.
GRANT USAGE ON SCHEMA keys TO records_ingest, permissions_commands, operator, keys_keeper;
GRANT SELECT, INSERT ON keys.patient_key TO records_ingest;
GRANT SELECT ON keys.master_key TO records_ingest;
GRANT SELECT ON keys.patient_key TO operator;

-- Commands about access keep papers under the key of whose account they are about.
GRANT SELECT ON keys.patient_key TO permissions_commands;

-- Whoever rotates the master key wraps anew; it can neither destroy a patient's key nor make or revive one.
GRANT SELECT, UPDATE (wrapped, master_key) ON keys.patient_key TO keys_keeper;
GRANT SELECT, INSERT, DELETE ON keys.master_key TO keys_keeper;
GRANT SELECT, INSERT, UPDATE (retired_at) ON keys.key_file TO keys_keeper;
