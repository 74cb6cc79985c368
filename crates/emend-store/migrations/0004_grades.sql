-- What a larger model thinks of candidates.

CREATE TABLE grades (
    candidate INTEGER NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
    -- Name of the model that was asked.
    grader    TEXT    NOT NULL,
    -- NULL when it was asked and said nothing usable: it is not asked again.
    grade     REAL    CHECK (grade BETWEEN 0 AND 1),
    created   INTEGER NOT NULL,
    PRIMARY KEY (candidate, grader)
) STRICT, WITHOUT ROWID;
