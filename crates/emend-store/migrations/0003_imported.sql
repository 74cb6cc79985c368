-- Preferences that were decided elsewhere, as they were imported.

CREATE TABLE imported (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    form TEXT    NOT NULL CHECK (form IN ('trl-dpo', 'trl-kto', 'trl-sft')),
    -- One JSON object. Importing the same line again changes nothing.
    line TEXT    NOT NULL CHECK (json_valid(line)),
    UNIQUE (form, line)
) STRICT;
