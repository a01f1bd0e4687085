-- Pictures of events, as they are shown: decoded and encoded anew, named by what is in them.

CREATE SCHEMA media;

CREATE TABLE media.images (
    sha256 bytea PRIMARY KEY CONSTRAINT images_hash CHECK (length(sha256) = 32),
    -- JPEG; the small one is for lists.
    content bytea NOT NULL,
    small bytea NOT NULL,
    width integer NOT NULL CONSTRAINT images_width CHECK (width > 0),
    height integer NOT NULL CONSTRAINT images_height CHECK (height > 0),
    created_at timestamptz NOT NULL
);

-- Who put which picture where. Also those that an event shows no more stay: its history names them.
CREATE TABLE media.event_images (
    event_id uuid NOT NULL,
    sha256 bytea NOT NULL REFERENCES media.images (sha256),
    uploaded_by text NOT NULL,
    uploaded_at timestamptz NOT NULL,
    PRIMARY KEY (event_id, sha256)
);

GRANT USAGE ON SCHEMA media TO fullhouse_command, fullhouse_projection;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA media TO fullhouse_command;
GRANT SELECT ON media.images TO fullhouse_projection;
