-- What was asked, what the model answered, and what the person thought of it.

CREATE TABLE requests (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    -- NULL for text that did not come from a stored document (command line, clipboard).
    document       INTEGER REFERENCES documents (id) ON DELETE CASCADE,
    -- The number of the revision that the ranges below count in.
    revision       INTEGER,
    format         TEXT    NOT NULL CHECK (format IN ('plain', 'markdown')),
    -- An intent's id, or 'own'.
    instruction_id TEXT    NOT NULL,
    -- The words that went to the model.
    instruction    TEXT    NOT NULL,
    range_start    INTEGER NOT NULL,
    range_end      INTEGER NOT NULL,
    alternatives   INTEGER NOT NULL CHECK (alternatives >= 0),
    -- A 64-bit seed, stored as the signed number with the same bits.
    seed           INTEGER NOT NULL,
    created        INTEGER NOT NULL,
    -- NULL while it runs, and for ever if the program was killed meanwhile.
    outcome        TEXT,
    milliseconds   INTEGER,
    CHECK (range_start <= range_end)
) STRICT;

CREATE INDEX requests_document ON requests (document);

CREATE TABLE segments (
    request     INTEGER NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL CHECK (number >= 0),
    range_start INTEGER NOT NULL,
    range_end   INTEGER NOT NULL,
    -- The text that the model saw for this segment.
    source      TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    reason      TEXT,
    PRIMARY KEY (request, number),
    CHECK (range_start <= range_end)
) STRICT;

CREATE TABLE candidates (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    request        INTEGER NOT NULL,
    segment        INTEGER NOT NULL,
    -- 0 is the one that was proposed; alternatives count on in the order in which they were made.
    rank           INTEGER NOT NULL CHECK (rank >= 0),
    text           TEXT    NOT NULL,
    -- How it got its final form: 'as_is', 'repaired' …
    kept           TEXT    NOT NULL,
    -- A JSON object: score name → number.
    scores         TEXT    NOT NULL CHECK (json_valid(scores)),
    -- Little-endian 32-bit floats, one per token, of the unmodified model distribution.
    token_logprobs BLOB    NOT NULL CHECK (length(token_logprobs) % 4 = 0),
    -- 'small' or 'large'.
    tier           TEXT    NOT NULL,
    model          TEXT    NOT NULL,
    adapter        TEXT,
    weights_id     TEXT,
    created        INTEGER NOT NULL,
    UNIQUE (request, segment, rank),
    FOREIGN KEY (request, segment) REFERENCES segments (request, number) ON DELETE CASCADE
) STRICT;

CREATE TABLE edits (
    request     INTEGER NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
    -- Unique within the request, over all of its candidates.
    number      INTEGER NOT NULL CHECK (number >= 0),
    candidate   INTEGER NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
    range_start INTEGER NOT NULL,
    range_end   INTEGER NOT NULL,
    original    TEXT    NOT NULL,
    replacement TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    confidence  REAL,
    PRIMARY KEY (request, number),
    CHECK (range_start <= range_end)
) STRICT;

CREATE INDEX edits_candidate ON edits (candidate);

-- Append only: a person who changes their mind adds a row, and the last one counts.
CREATE TABLE decisions (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    request     INTEGER NOT NULL,
    edit        INTEGER NOT NULL,
    candidate   INTEGER NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
    range_start INTEGER NOT NULL,
    range_end   INTEGER NOT NULL,
    -- Probability with which this candidate was chosen to be shown.
    propensity  REAL    NOT NULL CHECK (propensity > 0 AND propensity <= 1),
    verdict     TEXT    NOT NULL CHECK (verdict IN ('accept', 'reject', 'edited', 'another')),
    -- What stands there now; only the person's own wording needs saying.
    final_text  TEXT    CHECK ((verdict = 'edited') = (final_text IS NOT NULL)),
    created     INTEGER NOT NULL,
    FOREIGN KEY (request, edit) REFERENCES edits (request, number) ON DELETE CASCADE
) STRICT;

CREATE INDEX decisions_edit ON decisions (request, edit);
CREATE INDEX decisions_candidate ON decisions (candidate);
