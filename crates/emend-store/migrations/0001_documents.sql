-- What a person writes. Times are Unix milliseconds in UTC; ranges are bytes of UTF-8.

CREATE TABLE documents (
    -- AUTOINCREMENT: an id that a window still holds never names a different, newer document.
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    title   TEXT    NOT NULL,
    -- The file that the document was read from or last saved to.
    path    TEXT,
    format  TEXT    NOT NULL CHECK (format IN ('plain', 'markdown')),
    -- The revision that the file holds, as far as we know; NULL if it was never read or saved. Never thinned.
    on_disk INTEGER,
    -- How the file ends its lines, so that saving gives back the bytes that nobody touched:
    -- 'lf', 'crlf', 'cr', or 'mixed' (then the file's text is kept verbatim in `source`).
    endings TEXT    NOT NULL CHECK (endings IN ('lf', 'crlf', 'cr', 'mixed')),
    source  TEXT    CHECK ((endings = 'mixed') = (source IS NOT NULL)),
    -- Whether the file starts with a byte order mark.
    bom     INTEGER NOT NULL CHECK (bom IN (0, 1)),
    -- White-space separated words of the last revision, for lists.
    words   INTEGER NOT NULL CHECK (words >= 0),
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL
) STRICT;

CREATE INDEX documents_updated ON documents (updated);
CREATE INDEX documents_path ON documents (path);

CREATE TABLE revisions (
    id       INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    -- 1, 2, 3 … within the document; thinning leaves gaps, never reuses a number.
    number   INTEGER NOT NULL CHECK (number >= 1),
    text     TEXT    NOT NULL,
    created  INTEGER NOT NULL,
    UNIQUE (document, number)
) STRICT;
