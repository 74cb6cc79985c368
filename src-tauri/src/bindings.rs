//! Which commands the page may call; the page's TypeScript is written from this list.

use tauri_specta::{Builder, collect_commands};

use crate::commands;

pub(crate) fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            commands::start::start,
            commands::start::warm_up,
            commands::documents::autosave,
            commands::documents::list_documents,
            commands::documents::new_document,
            commands::documents::open_document,
            commands::documents::delete_document,
            commands::documents::open_file,
            commands::documents::open_path,
            commands::documents::save_file,
            commands::documents::save_file_as,
            commands::rewrite::rewrite,
            commands::rewrite::cancel,
            commands::rewrite::another,
            commands::rewrite::decide,
            commands::large::cascade,
            commands::large::set_risk,
            commands::large::choose_large,
            commands::large::remove_large,
            commands::learn::learn,
            commands::learn::train,
            commands::learn::pause_training,
            commands::learn::stop_training,
            commands::learn::typing,
            commands::learn::set_when,
            commands::learn::training_due,
            commands::learn::grade_when_idle,
            commands::learn::run_steps,
            commands::learn::judge_run,
            commands::learn::stop_comparing,
            commands::learn::use_adapter,
            commands::learn::take_off_adapter,
            commands::learn::roll_back_adapters,
            commands::learn::delete_adapter,
            commands::learn::delete_run,
            commands::adapters::compare_adapter,
            commands::adapters::stop_adapter_comparison,
            commands::adapters::export_adapter,
            commands::adapters::expected,
            commands::adapters::catch_up_expected,
            commands::taste::taste,
            commands::voice::take_voice,
            commands::voice::stop_voice,
            commands::check::check,
            commands::check::dictionary_add,
            commands::check::dictionary_remove,
            commands::check::dictionary_list,
            commands::check::dictionary_suggested,
            commands::check::dictionary_refuse,
            commands::diagnose::diagnose,
            commands::settings::save_instruction,
            commands::settings::remove_instruction,
            commands::settings::set_theme,
            commands::settings::export_feedback,
            commands::settings::delete_everything,
        ])
        .dangerously_cast_bigints_to_number()
        .disable_serde_phases()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use specta_typescript::Typescript;

    use super::*;

    /// `cargo xtask bindings` runs this with `EMEND_WRITE_BINDINGS` set, which writes the file instead of comparing.
    #[test]
    fn bindings_are_current() {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/bindings.gen.ts");
        let folder = tempfile::tempdir().unwrap();
        let fresh = folder.path().join("bindings.ts");
        builder().export(Typescript::default(), &fresh).unwrap();
        let fresh = std::fs::read_to_string(fresh).unwrap();
        if std::env::var_os("EMEND_WRITE_BINDINGS").is_some() {
            std::fs::write(&kept, &fresh).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&kept).unwrap(), fresh, "run `cargo xtask bindings`");
    }
}
