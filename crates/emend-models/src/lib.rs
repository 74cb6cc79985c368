//! emend-models
