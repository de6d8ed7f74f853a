-- Who may see whom: facts as they were learnt, and the periods that follow from them.
-- Everything that a rebuild makes anew has the version in its key; one row says which version is read.

CREATE TABLE permissions.version (
    version     integer     PRIMARY KEY,
    build       text        NOT NULL,
    commands_to bigint      NOT NULL DEFAULT 0,
    made_at     timestamptz NOT NULL DEFAULT now()
);
-- A number is given once: a worker of a version that is gone must not find another one under its number.
CREATE SEQUENCE permissions.version_number START 2;
CREATE TABLE permissions.active_version (
    only_one    boolean     PRIMARY KEY DEFAULT true CHECK (only_one),
    version     integer     NOT NULL,
    previous    integer,
    quiet       boolean     NOT NULL DEFAULT false
);

-- What is locked before facts about these persons are written or read: two transactions that name one person take turns.
CREATE TABLE permissions.person (person_id uuid PRIMARY KEY);

-- What is locked before anything is decided about these persons' accounts.
CREATE TABLE permissions.subject (subject_id uuid PRIMARY KEY);

-- Facts from the ledger, once for each person whom they mention; ``content`` is the whole fact.
CREATE TABLE permissions.fact (
    person_id   uuid        NOT NULL,
    version     integer     NOT NULL,
    position    bigint      NOT NULL,
    subject_id  uuid        NOT NULL,
    kind        text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    content     json        NOT NULL,
    PRIMARY KEY (person_id, version, position)
) PARTITION BY LIST (version);
CREATE INDEX fact_numbers ON permissions.fact (person_id) WHERE kind IN ('PersonNumberChanged', 'PersonNumberShared');
-- Facts come nearly in the order of their positions: what came last is found without a look at all of them.
CREATE INDEX fact_position ON permissions.fact USING brin (position) WITH (autosummarize = on);

-- What was decided here by command, once for each person whom it mentions; the position is that of our own stream.
CREATE TABLE permissions.command_fact (
    person_id   uuid        NOT NULL,
    position    bigint      NOT NULL,
    subject_id  uuid        NOT NULL,
    kind        text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    content     json        NOT NULL,
    PRIMARY KEY (person_id, position)
);
CREATE INDEX command_fact_position ON permissions.command_fact (position);
CREATE INDEX command_fact_recorded_at ON permissions.command_fact (recorded_at);

-- Periods of access, half-open, twice: by whose account it is, and by who may see it.
CREATE TABLE permissions.access_by_subject (
    subject_id  uuid        NOT NULL,
    version     integer     NOT NULL,
    viewer_id   uuid        NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL CHECK (valid_until > valid_from),
    scope       text        NOT NULL,
    grounds     text[]      NOT NULL CHECK (cardinality(grounds) > 0),
    PRIMARY KEY (subject_id, version, viewer_id, valid_from)
) PARTITION BY LIST (version);
CREATE INDEX access_ends ON permissions.access_by_subject (valid_until) WHERE valid_until < 'infinity';
CREATE TABLE permissions.access_by_viewer (
    viewer_id   uuid        NOT NULL,
    version     integer     NOT NULL,
    subject_id  uuid        NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL CHECK (valid_until > valid_from),
    scope       text        NOT NULL,
    grounds     text[]      NOT NULL CHECK (cardinality(grounds) > 0),
    PRIMARY KEY (viewer_id, version, subject_id, valid_from)
) PARTITION BY LIST (version);

-- That a version was found equal to the one that was read, but for what was accepted; switching demands it.
CREATE TABLE permissions.verified (
    from_version integer    NOT NULL,
    to_version  integer     NOT NULL,
    build       text        NOT NULL,
    position    bigint      NOT NULL,
    accepted    text[]      NOT NULL,
    verified_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (from_version, to_version, verified_at)
);

-- Both of them, for whoever compares.
CREATE VIEW permissions.period AS
SELECT version, false AS by_viewer, subject_id, viewer_id, valid_from, valid_until, scope, grounds
FROM permissions.access_by_subject
UNION ALL
SELECT version, true, subject_id, viewer_id, valid_from, valid_until, scope, grounds
FROM permissions.access_by_viewer;

-- What was announced of an end of access; the same end is announced once for each number of days.
CREATE TABLE permissions.announced (
    subject_id  uuid        NOT NULL,
    viewer_id   uuid        NOT NULL,
    ends_at     timestamptz NOT NULL,
    days        integer     NOT NULL,
    announced_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (subject_id, viewer_id, ends_at, days)
);

-- What was answered to a command that had a key: the same key gets the same answer, once carried out.
CREATE TABLE permissions.answered (
    key         text        PRIMARY KEY,
    digest      bytea       NOT NULL,
    answer      json        NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT now()
);

-- The tables of one version; made by whoever owns them. Attaching holds up nobody who reads or writes other versions.
CREATE PROCEDURE permissions.create_version(number integer, build text)
LANGUAGE plpgsql
AS $$
DECLARE
    parent text;
    own text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['fact', 'access_by_subject', 'access_by_viewer'] LOOP
        own := parent || '_v' || number;
        EXECUTE format('CREATE TABLE permissions.%I (LIKE permissions.%I INCLUDING ALL)', own, parent);
        EXECUTE format('ALTER TABLE permissions.%I ATTACH PARTITION permissions.%I FOR VALUES IN (%s)', parent, own, number);
    END LOOP;
    INSERT INTO permissions.version (version, build) VALUES (number, create_version.build);
END;
$$;
CALL permissions.create_version(1, 'first');
INSERT INTO permissions.active_version (version) VALUES (1);
