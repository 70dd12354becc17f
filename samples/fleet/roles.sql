-- As the server's superuser, once: contact-distributor help fleet.
CREATE ROLE contacts_owner LOGIN PASSWORD 'write your own here';
CREATE ROLE contacts_job LOGIN PASSWORD 'and another one here';
CREATE DATABASE contacts OWNER contacts_owner;
REVOKE ALL ON DATABASE contacts FROM PUBLIC;
GRANT CONNECT ON DATABASE contacts TO contacts_job;
