CREATE TABLE keyroster.tenant (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider   text   NOT NULL,
    tenant     bytea  NOT NULL, -- the provider's own id, whatever bytes it has
    generation bigint NOT NULL DEFAULT 0,
    expires    timestamptz,     -- the end of the lease; null: it was let go
    holder     jsonb,           -- who has the lease, or ended without letting go of it
    left_by    jsonb,           -- who was the holder when the lease was taken
    left_until timestamptz,     -- the end of that holder's lease
    begun      text,            -- the run that was begun last
    UNIQUE (provider, tenant)
);

CREATE TABLE keyroster.document (
    tenant bigint NOT NULL REFERENCES keyroster.tenant ON DELETE CASCADE,
    name   text   NOT NULL,
    data   bytea  NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE keyroster.secret (
    tenant  bigint NOT NULL REFERENCES keyroster.tenant ON DELETE CASCADE,
    name    text   NOT NULL,
    wrapped bytea  NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE keyroster.run (
    id      text COLLATE "C" PRIMARY KEY,
    tenant  bigint  NOT NULL REFERENCES keyroster.tenant,
    journal boolean NOT NULL DEFAULT false, -- there is one, be it empty
    mark    bytea,
    account text COLLATE "C" NOT NULL GENERATED ALWAYS AS (substr(id, 18, length(id) - 24)) STORED
);

CREATE INDEX run_account ON keyroster.run (account, id);
CREATE INDEX run_tenant ON keyroster.run (tenant, id);

CREATE TABLE keyroster.file (
    run     text COLLATE "C" NOT NULL REFERENCES keyroster.run ON DELETE CASCADE,
    name    text COLLATE "C" NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (run, name)
);

-- It was compressed before it was wrapped, and cannot be after.
ALTER TABLE keyroster.file ALTER COLUMN wrapped SET STORAGE EXTERNAL;

CREATE TABLE keyroster.journal (
    run      text COLLATE "C" NOT NULL REFERENCES keyroster.run ON DELETE CASCADE,
    position bigint NOT NULL, -- of the first byte in the journal
    lines    bytea  NOT NULL,
    PRIMARY KEY (run, position)
);

CREATE TABLE keyroster.night (
    account    text COLLATE "C" NOT NULL,
    date       text COLLATE "C" NOT NULL, -- by the account's own clock
    provider   text    NOT NULL,
    due        timestamptz,
    until      timestamptz,
    state      text    NOT NULL,
    free       timestamptz,      -- when it may be taken; null: it is over
    generation bigint  NOT NULL DEFAULT 0,
    tries      integer NOT NULL DEFAULT 0,
    worker     text    NOT NULL DEFAULT '',
    began      timestamptz,
    done       integer NOT NULL DEFAULT 0,
    total      integer NOT NULL DEFAULT 0,
    lost       text[],           -- the workers that others took it over from
    ended      timestamptz,      -- when the last attempt did, and how
    exit_code  integer NOT NULL DEFAULT 0,
    run        text    NOT NULL DEFAULT '',
    fenced     boolean NOT NULL DEFAULT false,
    again      boolean NOT NULL DEFAULT false,
    handed     boolean NOT NULL DEFAULT false,
    after      interval NOT NULL DEFAULT '0',
    wrapped    bytea             -- what people are told of it; null: nothing
);

CREATE UNIQUE INDEX night_key ON keyroster.night (account, date DESC);
CREATE INDEX night_free ON keyroster.night (state, free) WHERE free IS NOT NULL;
CREATE INDEX night_date ON keyroster.night (date);

CREATE TABLE keyroster.worker (
    name    text COLLATE "C" PRIMARY KEY,
    host    text        NOT NULL,
    pid     integer     NOT NULL,
    slots   integer     NOT NULL,
    started timestamptz NOT NULL,
    seen    timestamptz NOT NULL
);

CREATE TABLE keyroster.token (
    name    text COLLATE "C" PRIMARY KEY,
    wrapped bytea NOT NULL
);

-- The next free moment for a request to a provider, of all that send some.
CREATE TABLE keyroster.rate (
    provider text COLLATE "C" PRIMARY KEY,
    next     timestamptz NOT NULL
);
