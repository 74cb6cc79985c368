//! emend-app
