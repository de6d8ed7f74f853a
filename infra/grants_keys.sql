-- Keys are made by ingest and read by those who open records; nobody changes or deletes one by the way.
GRANT USAGE ON SCHEMA keys TO records_ingest, operator;
GRANT SELECT, INSERT ON keys.patient_key TO records_ingest;
GRANT SELECT ON keys.patient_key TO operator;
