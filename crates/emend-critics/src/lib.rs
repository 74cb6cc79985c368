//! Judges of a rewrite: each a number in [0, 1] with a reason a writer understands.
