-- One version of the patient read model: its process inserts, the door's owner reads.
GRANT USAGE ON SCHEMA $version TO records_projection;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA $version TO records_projection;
