//! emend-store
