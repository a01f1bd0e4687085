-- Payments under way and what providers told us. Tables follow in later migrations.

CREATE SCHEMA payment;

GRANT USAGE ON SCHEMA payment TO fullhouse_command;
ALTER DEFAULT PRIVILEGES IN SCHEMA payment
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fullhouse_command;
ALTER DEFAULT PRIVILEGES IN SCHEMA payment GRANT USAGE ON SEQUENCES TO fullhouse_command;
