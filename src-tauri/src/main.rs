//! The Emend window: thin over the verbs of `emend-app`.

// On Windows a release build has no console of its own.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod bindings;
mod commands;
mod dto;
mod refusal;
mod state;
mod utf16;

use std::process::ExitCode;

use emend_app::{App, Options};
use tauri::{Manager, RunEvent};

use crate::state::Desktop;

fn main() -> ExitCode {
    // The same program is the large model's process when it is started with that flag; it does not come back then.
    emend_app::large_model_process(std::env::args_os().skip(1));
    emend_app::size_model_threads();
    quiet_blank_windows();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let file = std::env::args_os().nth(1).map(std::path::PathBuf::from);

    let bindings = bindings::builder();
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(bindings.invoke_handler())
        .setup(move |window| {
            let resources = window.path().resource_dir().ok();
            let options = Options { resources, ..Options::default() };
            // A profile that cannot be opened is shown by the page, with what to do about it.
            let app = tauri::async_runtime::block_on(App::open(options));
            window.manage(Desktop::new(app, file));
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(built) => {
            built.run(|program, event| {
                // The last window has closed. A run of training makes its step and its checkpoint, then ends the program.
                if let RunEvent::ExitRequested { api, code: None, .. } = event
                    && let Some(control) = program.state::<Desktop>().training()
                {
                    control.stop();
                    api.prevent_exit();
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("emend: the window could not be opened: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Some graphics drivers show a blank window with the fast path of `WebKitGTK`. It stays on where a driver steers the window,
/// because there it is known to work and screenshots hang without it.
#[allow(unsafe_code)]
fn quiet_blank_windows() {
    const NAME: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if cfg!(target_os = "linux")
        && std::env::var_os(NAME).is_none()
        && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_none()
    {
        // SAFETY: called first in `main`, while there is one thread.
        unsafe { std::env::set_var(NAME, "1") };
    }
}
