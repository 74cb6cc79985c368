//! emend-tests
