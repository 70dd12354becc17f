-- As the owner, after contact-distributor ledger upgrade or import.
GRANT USAGE ON SCHEMA public TO contacts_job;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO contacts_job;
REVOKE UPDATE, DELETE ON notes FROM contacts_job;
