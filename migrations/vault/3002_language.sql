-- In which language a person is written to; absent until the person has chosen one.
ALTER TABLE vault.persons ADD COLUMN language text
    CONSTRAINT persons_language CHECK (language IN ('en', 'de'));
