//! emend-decode
