//! emend-text
