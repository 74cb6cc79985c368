//! Rebuilds the crate when a migration is added: `migrate!` embeds the folder, and cargo does not know that.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
