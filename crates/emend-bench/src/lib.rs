//! emend-bench
