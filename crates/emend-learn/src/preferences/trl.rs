//! Preference data as JSON Lines in the standard forms of TRL, so that other programs can train on them, and back.
//!
//! Each line has TRL's columns and beside them ours (`intent`, `instruction`, `source`, `weight`, `decided`), which TRL
//! does not read. A file that has only TRL's columns can be read too: its prompts must be instruction, colon, text.
//! Forms: <https://huggingface.co/docs/trl/dataset_formats>.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Asked, Demonstration, Preference, PreferenceData, Verdict};

/// Between instruction and text in a prompt, as in the prompts of the rewriting models.
const SEPARATOR: &str = ": ";

/// Which data and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Preferences: `prompt`, `chosen`, `rejected`.
    Dpo,
    /// Verdicts: `prompt`, `completion`, `label`.
    Kto,
    /// Demonstrations: `prompt`, `completion`.
    Sft,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: expected {expected}, found {found}")]
pub struct LineError {
    /// Its number, from 1.
    pub line: usize,
    /// What should stand there.
    pub expected: &'static str,
    /// What does.
    pub found: String,
}

#[derive(Serialize)]
struct Columns<'a> {
    prompt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completion: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<bool>,
    #[serde(flatten)]
    asked: &'a Asked,
    weight: f32,
    decided: i64,
}

impl<'a> Columns<'a> {
    fn of(asked: &'a Asked, weight: f32, decided: i64) -> Self {
        let prompt = format!("{}{SEPARATOR}{}", asked.instruction, asked.source);
        Self { prompt, chosen: None, rejected: None, completion: None, label: None, asked, weight, decided }
    }
}

/// Writes what the form is for, a line each; the number of lines.
pub fn write(form: Form, data: &PreferenceData, out: &mut impl Write) -> io::Result<usize> {
    let mut lines = 0;
    let mut line = |columns: Columns<'_>| -> io::Result<()> {
        serde_json::to_writer(&mut *out, &columns)?;
        lines += 1;
        out.write_all(b"\n")
    };
    match form {
        Form::Dpo => data.preferences.iter().try_for_each(|one| {
            let (chosen, rejected) = (Some(one.chosen.as_str()), Some(one.rejected.as_str()));
            line(Columns { chosen, rejected, ..Columns::of(&one.asked, one.weight, one.decided) })
        }),
        Form::Kto => data.verdicts.iter().try_for_each(|one| {
            let (completion, label) = (Some(one.rewrite.as_str()), Some(one.accepted));
            line(Columns { completion, label, ..Columns::of(&one.asked, one.weight, one.decided) })
        }),
        Form::Sft => data.demonstrations.iter().try_for_each(|one| {
            let completion = Some(one.target.as_str());
            line(Columns { completion, ..Columns::of(&one.asked, one.weight, one.decided) })
        }),
    }?;
    Ok(lines)
}

#[derive(Deserialize)]
struct Line {
    prompt: String,
    chosen: Option<String>,
    rejected: Option<String>,
    completion: Option<String>,
    label: Option<bool>,
    intent: Option<String>,
    instruction: Option<String>,
    source: Option<String>,
    weight: Option<f32>,
    decided: Option<i64>,
}

/// Reads lines of one form. Columns that are not known and blank lines are passed over.
pub fn read(form: Form, text: &str) -> Result<PreferenceData, LineError> {
    let mut data = PreferenceData::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, json) in (1..).zip(text.lines()).filter(|(_, json)| !json.trim().is_empty()) {
        let wrong = |expected: &'static str, found: String| LineError { line, expected, found };
        let read: Line =
            serde_json::from_str(json).map_err(|error| wrong(expected(form), error.to_string()))?;
        let missing = |column: &str| wrong(expected(form), format!("no `{column}`"));
        let weight = read.weight.unwrap_or(1.0);
        if !(weight > 0.0 && weight.is_finite()) {
            return Err(wrong("a `weight` above 0", weight.to_string()));
        }
        let decided = read.decided.unwrap_or(0);
        let asked = asked(read.prompt, read.intent, read.instruction, read.source)
            .map_err(|found| wrong("a `prompt` of an instruction, a colon, a space and a text", found))?;
        match form {
            Form::Dpo => {
                let chosen = read.chosen.ok_or_else(|| missing("chosen"))?;
                let rejected = read.rejected.ok_or_else(|| missing("rejected"))?;
                if chosen == rejected {
                    return Err(wrong("two texts that differ", format!("twice {chosen:?}")));
                }
                data.preferences.push(Preference { asked, chosen, rejected, weight, decided });
            }
            Form::Kto => {
                let rewrite = read.completion.ok_or_else(|| missing("completion"))?;
                let accepted = read.label.ok_or_else(|| missing("label"))?;
                data.verdicts.push(Verdict { asked, rewrite, accepted, weight, decided });
            }
            Form::Sft => {
                let target = read.completion.ok_or_else(|| missing("completion"))?;
                data.demonstrations.push(Demonstration { asked, target, weight, decided });
            }
        }
    }
    Ok(data)
}

fn expected(form: Form) -> &'static str {
    match form {
        Form::Dpo => "an object with the texts `prompt`, `chosen` and `rejected`",
        Form::Kto => "an object with the texts `prompt` and `completion` and `label`, true or false",
        Form::Sft => "an object with the texts `prompt` and `completion`",
    }
}

/// What was asked, from our columns or else from the prompt; the prompt itself when it cannot be told.
fn asked(
    prompt: String,
    intent: Option<String>,
    instruction: Option<String>,
    source: Option<String>,
) -> Result<Asked, String> {
    let intent = intent.unwrap_or_else(|| "own".to_owned());
    if let (Some(instruction), Some(source)) = (instruction, source) {
        return Ok(Asked { intent, instruction, source });
    }
    match prompt.split_once(SEPARATOR) {
        Some((instruction, source)) if is_instruction(instruction) && !source.trim().is_empty() => {
            Ok(Asked { intent, instruction: instruction.to_owned(), source: source.to_owned() })
        }
        _ => Err(format!("{prompt:?}")),
    }
}

fn is_instruction(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(form: Form, data: &PreferenceData) -> String {
        let mut out = Vec::new();
        write(form, data, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_columns_are_trls() {
        let asked = Asked { intent: "fix".into(), instruction: "Fix it".into(), source: "He go.".into() };
        let pair = Preference {
            asked,
            chosen: "He goes.".into(),
            rejected: "He go.".into(),
            weight: 0.5,
            decided: 7,
        };
        let data = PreferenceData { preferences: vec![pair], ..PreferenceData::default() };
        assert_eq!(
            written(Form::Dpo, &data),
            "{\"prompt\":\"Fix it: He go.\",\"chosen\":\"He goes.\",\"rejected\":\"He go.\",\"intent\":\"fix\",\
             \"instruction\":\"Fix it\",\"source\":\"He go.\",\"weight\":0.5,\"decided\":7}\n"
        );
        assert_eq!(written(Form::Kto, &data), "");
    }

    #[test]
    fn files_of_others_are_read() {
        let text = "\u{feff}{\"prompt\": \"Make it brief: Well, yes: I am.\", \"completion\": \"Yes.\", \"label\": false, \"by\": 3}\n\n";
        let data = read(Form::Kto, text).unwrap();
        let [verdict] = data.verdicts.as_slice() else { panic!("{data:?}") };
        assert_eq!(verdict.asked.instruction, "Make it brief");
        assert_eq!(verdict.asked.source, "Well, yes: I am.");
        assert_eq!((verdict.asked.intent.as_str(), verdict.accepted), ("own", false));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let fails = |form, line: &str| {
            let text = format!("\n{line}\n");
            let error = read(form, &text).unwrap_err();
            assert_eq!(error.line, 2);
            error.to_string()
        };
        let good = r#""prompt": "Fix it: He go.""#;
        assert!(fails(Form::Dpo, &format!("{{{good}, \"chosen\": \"a\"}}")).ends_with("found no `rejected`"));
        assert!(
            fails(Form::Dpo, &format!("{{{good}, \"chosen\": \"a\", \"rejected\": \"a\"}}"))
                .contains("twice \"a\"")
        );
        assert!(fails(Form::Kto, &format!("{{{good}, \"completion\": \"a\"}}")).contains("no `label`"));
        assert!(fails(Form::Sft, r#"{"prompt": "no instruction", "completion": "a"}"#).contains("a colon"));
        assert!(
            fails(Form::Sft, &format!("{{{good}, \"completion\": \"a\", \"weight\": 0}}"))
                .contains("above 0")
        );
        assert!(
            fails(Form::Sft, &format!("{{{good}, \"completion\": \"a\", \"weight\": 1e39}}")).contains("inf")
        );
        assert!(fails(Form::Sft, "[1").contains("`completion`"));
        assert!(
            fails(Form::Sft, r#"{"prompt": [{"role": "user"}], "completion": []}"#).contains("invalid type")
        );
    }

    prop_compose! {
        fn any_asked()(intent in "[a-z]{1,6}", instruction in ".{0,12}", source in "(?s).{0,20}") -> Asked {
            Asked { intent, instruction, source }
        }
    }

    fn any_rest() -> impl Strategy<Value = (Asked, String, f32, i64)> {
        (any_asked(), "(?s).{0,20}", 1e-4f32..8.0, any::<i64>())
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back(items in proptest::collection::vec((any_rest(), any::<bool>()), 0..6)) {
            let mut data = PreferenceData::default();
            for ((asked, text, weight, decided), accepted) in items {
                let (rejected, asked_too) = (format!("{text}."), asked.clone());
                data.demonstrations.push(Demonstration { asked: asked.clone(), target: text.clone(), weight, decided });
                data.verdicts.push(Verdict { asked, rewrite: text.clone(), accepted, weight, decided });
                data.preferences.push(Preference { asked: asked_too, chosen: text, rejected, weight, decided });
            }
            let mut back = PreferenceData::default();
            for form in [Form::Dpo, Form::Kto, Form::Sft] {
                back.extend(read(form, &written(form, &data)).unwrap());
            }
            prop_assert_eq!(back, data);
        }
    }
}
