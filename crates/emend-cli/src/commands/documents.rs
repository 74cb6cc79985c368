//! `emend documents`

use std::process::ExitCode;

use emend_app::App;
use serde_json::json;

use crate::arguments::DocumentsAction;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) async fn run(app: &App, action: DocumentsAction, output: Output) -> Result<ExitCode, Failure> {
    match action {
        DocumentsAction::List => {
            let documents = app.documents().await?;
            if documents.is_empty() && !output.json {
                Output::remark("there are no documents; `emend documents import FILE` adds one");
            }
            for document in documents {
                if output.json {
                    Output::json(&json!({
                        "id": document.id,
                        "title": document.title,
                        "path": document.path,
                        "updated": document.updated,
                        "words": document.words,
                    }))?;
                } else {
                    Output::line(format!(
                        "{:>5}  {:>7} words  {}",
                        document.id, document.words, document.title
                    ))?;
                }
            }
        }
        DocumentsAction::Show { id } => {
            let document = app.open_document(id).await?;
            if output.json {
                Output::json(&json!({ "id": id, "revision": document.revision, "text": document.text }))?;
            } else {
                Output::bytes(document.text.as_bytes())?;
            }
        }
        DocumentsAction::Import { file } => {
            let document = app.open_path(&file).await?;
            if output.json {
                Output::json(&json!({ "id": document.id, "title": document.title }))?;
            } else {
                Output::line(document.id.to_string())?;
            }
        }
        DocumentsAction::Export { id, file } => {
            app.save_file_as(id, &file).await?;
        }
        DocumentsAction::Delete { id } => app.delete_document(id).await?,
    }
    Ok(ExitCode::SUCCESS)
}
