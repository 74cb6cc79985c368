//! emend-engine
