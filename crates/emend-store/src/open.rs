//! Opening the file: pragmas, permissions, migrations, and what happens when two programs do it at once.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

use crate::error::StoreError;

static MIGRATOR: Migrator = sqlx::migrate!();

/// How long a write waits for another process before it fails with [`StoreError::Busy`].
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// An open, migrated store. Cheap to clone; all clones share one connection, so writes of one process queue up
/// instead of failing, and another process waits its turn.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
    path: PathBuf,
}

impl Store {
    /// Opens the file, creates it if it does not exist (readable by its owner only), and brings it up to date.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        Self::connect(path, options(path), &MIGRATOR).await
    }

    async fn connect(
        path: &Path,
        options: SqliteConnectOptions,
        migrator: &Migrator,
    ) -> Result<Self, StoreError> {
        create_private(path)?;
        let started = std::time::Instant::now();
        // SQLite does not wait for a lock while it switches a file to WAL, so two programs that create the same
        // file may collide once; the loser tries again.
        let pool = loop {
            let pool = SqlitePoolOptions::new()
                .max_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .connect_with(options.clone())
                .await
                .map_err(|source| StoreError::from_sqlx(path, source));
            match pool {
                Err(StoreError::Busy { .. }) if started.elapsed() < BUSY_TIMEOUT => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                done => break done?,
            }
        };
        let store = Self { pool, path: path.to_owned() };
        store.migrate(migrator).await?;
        Ok(store)
    }

    /// All missing migrations in one transaction that excludes other writers: they are all there or none is.
    async fn migrate(&self, migrator: &Migrator) -> Result<(), StoreError> {
        let known = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
        let mut transaction = self.write().await?;
        migrator
            .run_direct(None, &mut *transaction, false)
            .await
            .map_err(|error| StoreError::from_migration(&self.path, known, error))?;
        self.commit(transaction).await
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Finishes what is running and closes the file; the log is folded into it.
    pub async fn close(self) {
        self.pool.close().await;
    }

    /// What SQLite's own check finds wrong; empty for a sound file.
    pub async fn problems(&self) -> Result<Vec<String>, StoreError> {
        let mut lines: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(self.pool())
            .await
            .map_err(|source| self.sql(source))?;
        lines.retain(|line| line != "ok");
        let orphans = sqlx::query("PRAGMA foreign_key_check")
            .fetch_all(self.pool())
            .await
            .map_err(|source| self.sql(source))?;
        if !orphans.is_empty() {
            lines.push(format!("{} rows refer to rows that do not exist", orphans.len()));
        }
        Ok(lines)
    }

    pub(crate) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Starts a transaction that holds the write lock from the beginning: what it reads stays true until it commits.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|source| self.sql(source))
    }

    pub(crate) async fn commit(&self, transaction: Transaction<'static, Sqlite>) -> Result<(), StoreError> {
        transaction.commit().await.map_err(|source| self.sql(source))
    }

    pub(crate) fn sql(&self, source: sqlx::Error) -> StoreError {
        StoreError::from_sqlx(&self.path, source)
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL would lose the last commits in a power cut. FULL syncs the log once per commit: a few
        // milliseconds, once per pause in typing.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Deleted text is overwritten, not only unlinked, and never spills into a temporary file elsewhere.
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
}

/// Creates an empty file that only its owner may read; SQLite gives its log the same permissions.
fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut create = OpenOptions::new();
    create.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut create, 0o600);
    match create.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::NotWritable { path: path.to_owned(), detail: error.to_string() }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
pub(crate) mod tests {
    use super::*;
    use crate::tables::documents::{Endings, NewDocument};
    use sqlx::SqlSafeStr;
    use sqlx::migrate::{Migration, MigrationType};

    /// A migrated store in its own folder, which disappears with it.
    pub(crate) async fn fresh() -> (Store, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("emend.db")).await.unwrap();
        (store, folder)
    }

    /// A document with that text.
    pub(crate) fn note(text: &str) -> NewDocument<'_> {
        NewDocument { title: "A note", path: None, format: "plain", endings: Endings::Lf, bom: false, text }
    }

    async fn pragma(store: &Store, name: &str) -> String {
        let sql = sqlx::AssertSqlSafe(format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}"));
        sqlx::query_scalar(sql).fetch_one(store.pool()).await.unwrap()
    }

    #[tokio::test]
    async fn the_file_is_synced_checked_and_private() {
        let (store, folder) = fresh().await;
        assert_eq!(pragma(&store, "journal_mode").await, "wal");
        assert_eq!(pragma(&store, "synchronous").await, "2", "FULL");
        assert_eq!(pragma(&store, "foreign_keys").await, "1");
        assert_eq!(pragma(&store, "secure_delete").await, "1");
        assert_eq!(store.problems().await.unwrap(), Vec::<String>::new());
        #[cfg(unix)]
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            use std::os::unix::fs::PermissionsExt as _;
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{:?} must be private", entry.file_name());
        }
    }

    #[tokio::test]
    async fn every_table_is_strict() {
        let (store, _folder) = fresh().await;
        let loose: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM pragma_table_list
             WHERE schema = 'main' AND type = 'table' AND strict = 0
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_sqlx_migrations'",
        )
        .fetch_all(store.pool())
        .await
        .unwrap();
        assert_eq!(loose, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_file_from_the_future_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("emend.db");
        let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap();
        let mut migrations: Vec<Migration> = MIGRATOR.iter().cloned().collect();
        migrations.push(Migration::new(
            known + 7,
            "tomorrow".into(),
            MigrationType::Simple,
            "CREATE TABLE tomorrow (id INTEGER PRIMARY KEY) STRICT".into_sql_str(),
            false,
        ));
        let newer =
            Store::connect(&path, options(&path), &Migrator::with_migrations(migrations)).await.unwrap();
        newer.documents().create(&note("Written tomorrow."), 0).await.unwrap();
        newer.close().await;
        let before = std::fs::read(&path).unwrap();

        let error = Store::open(&path).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Newer { found, known: k, .. } if found == known + 7 && k == known),
            "{error:?}"
        );
        assert!(error.hint().contains("newer version"), "{}", error.hint());
        assert_eq!(std::fs::read(&path).unwrap(), before, "the file must not change");
    }

    #[tokio::test]
    async fn something_else_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("emend.db");
        let letter = "Dear Ms Hill, this is a letter and not a database. ".repeat(100);
        std::fs::write(&path, &letter).unwrap();
        let error = Store::open(&path).await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), letter);
    }

    #[tokio::test]
    async fn a_place_that_is_no_folder_is_a_typed_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        let error = Store::open(file.join("emend.db")).await.unwrap_err();
        assert!(matches!(error, StoreError::NotWritable { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn a_full_disk_loses_nothing_that_was_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("emend.db");
        Store::open(&path).await.unwrap().close().await;
        // SQLite enforces the limit as it would a full disk: SQLITE_FULL in the middle of a transaction.
        let small = options(&path).pragma("max_page_count", "100");
        let store = Store::connect(&path, small, &MIGRATOR).await.unwrap();
        let document = store.documents().create(&note("Start."), 0).await.unwrap();
        let mut saved = (1, "Start.".to_owned());
        let error = loop {
            let text = format!("{} More words follow.", saved.1.repeat(2));
            match store.revisions().save(document.id, saved.0, &text, 0).await {
                Ok(done) => saved = (done.number, text),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
        assert!(saved.0 > 1, "some revisions must have fitted");
        let latest = store.revisions().latest(document.id).await.unwrap();
        assert_eq!((latest.number, latest.text), saved);
        // Once there is space again, work goes on, and the file is sound.
        store.close().await;
        let store = Store::open(&path).await.unwrap();
        let next = store.revisions().save(document.id, saved.0, "Short again.", 1).await.unwrap();
        assert_eq!(next.number, saved.0 + 1);
        assert_eq!(store.problems().await.unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn two_stores_on_one_file_see_each_other() {
        let (first, folder) = fresh().await;
        let second = Store::open(folder.path().join("emend.db")).await.unwrap();
        let document = first.documents().create(&note("One."), 0).await.unwrap();
        assert_eq!(second.revisions().latest(document.id).await.unwrap().text, "One.");
        second.revisions().save(document.id, 1, "Two.", 1).await.unwrap();
        let error = first.revisions().save(document.id, 1, "Another two.", 2).await.unwrap_err();
        assert!(matches!(error, StoreError::Stale { base: 1, latest: 2, .. }), "{error:?}");
    }
}
