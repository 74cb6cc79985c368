//! emend-lint
