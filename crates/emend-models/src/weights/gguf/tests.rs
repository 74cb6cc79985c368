#![allow(clippy::unwrap_used)]

use std::fs;

use candle_core::Tensor;
use candle_core::quantized::QTensor;

use super::*;

/// A metadata entry: key, type code, bytes of the value.
type Entry<'a> = (&'a str, u32, Vec<u8>);
/// A tensor: name, dimensions in the file's order, type code, offset.
type Tensors<'a> = &'a [(&'a str, &'a [u64], u32, u64)];

fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
}

/// A file with anything in it, right or wrong.
fn file(metadata: &[Entry<'_>], tensors: Tensors<'_>, data: usize) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend(3_u32.to_le_bytes());
    out.extend((tensors.len() as u64).to_le_bytes());
    out.extend((metadata.len() as u64).to_le_bytes());
    for (key, code, value) in metadata {
        out.extend(text(key));
        out.extend(code.to_le_bytes());
        out.extend(value);
    }
    for (name, dimensions, code, offset) in tensors {
        out.extend(text(name));
        out.extend((dimensions.len() as u32).to_le_bytes());
        for dimension in *dimensions {
            out.extend(dimension.to_le_bytes());
        }
        out.extend(code.to_le_bytes());
        out.extend(offset.to_le_bytes());
    }
    out.resize(out.len().next_multiple_of(32) + data, 0);
    out
}

fn open(bytes: &[u8]) -> Result<Gguf, ModelError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    fs::write(&path, bytes).unwrap();
    Gguf::open(&path)
}

#[track_caller]
fn refused(bytes: &[u8], part: &str) {
    let error = open(bytes).unwrap_err();
    assert!(matches!(error, ModelError::Header { .. } | ModelError::Unsupported { .. }), "{error:?}");
    assert!(error.to_string().contains(part), "\"{error}\" does not mention {part:?}");
}

const ONE: Tensors<'static> = &[("x", &[4, 2], 0, 0)];

#[test]
fn what_the_writer_writes_is_read_back() {
    let numbers: Vec<f32> = (0..64).map(|i| i as f32 / 64.0).collect();
    let source = Tensor::from_slice(&numbers, (2, 32), &Device::Cpu).unwrap();
    let plan =
        |name: &str, dtype, shape: &[usize]| TensorPlan { name: name.into(), dtype, shape: shape.to_vec() };
    let header = Header {
        metadata: vec![
            ("n".into(), HeaderValue::U32(7)),
            ("f".into(), HeaderValue::F32(0.5)),
            ("b".into(), HeaderValue::Bool(true)),
            ("t".into(), HeaderValue::Text("▁é".into())),
            ("ts".into(), HeaderValue::Texts(vec!["one".into(), String::new(), "three".into()])),
            ("fs".into(), HeaderValue::F32s(vec![1.0, 2.0])),
            ("is".into(), HeaderValue::I32s(vec![-1])),
        ],
        tensors: vec![
            plan("q", GgmlDType::Q8_0, &[2, 32]),
            plan("odd", GgmlDType::F16, &[3]),
            plan("f", GgmlDType::F32, &[2, 32]),
        ],
    };
    let mut bytes = header.bytes().unwrap();
    let odd = Tensor::new(&[1.0_f32, 2.0, 3.0], &Device::Cpu).unwrap();
    for (source, dtype) in [(&source, GgmlDType::Q8_0), (&odd, GgmlDType::F16), (&source, GgmlDType::F32)] {
        let blocks = QTensor::quantize(source, dtype).unwrap();
        bytes.extend_from_slice(&blocks.data().unwrap());
        bytes.extend_from_slice(Header::padding(blocks.storage_size_in_bytes()));
    }

    let gguf = open(&bytes).unwrap();
    assert_eq!(gguf.value("n"), Some(&Value::Unsigned(7)));
    assert_eq!(gguf.value("f"), Some(&Value::Float(0.5)));
    assert_eq!(gguf.value("b"), Some(&Value::Bool(true)));
    assert_eq!(gguf.value("t"), Some(&Value::Text("▁é".into())));
    assert_eq!(gguf.texts("ts").unwrap().collect::<Vec<_>>(), ["one", "", "three"]);
    assert_eq!(gguf.value("fs"), Some(&Value::Numbers));
    assert!(gguf.texts("t").is_none());

    assert_eq!(gguf.shape("q"), Some(&[2, 32][..]));
    let float = |name: &str| -> Vec<f32> {
        let stored = gguf.tensor(name).unwrap().unwrap();
        assert!(matches!(stored, Stored::Mapped(_)), "{name} was copied");
        assert_eq!(stored.quantization().is_some(), name == "q");
        stored.into_float().unwrap().flatten_all().unwrap().to_vec1().unwrap()
    };
    let back = float("q");
    assert!(back.iter().zip(&numbers).all(|(a, b)| (a - b).abs() < 1.0 / 127.0));
    assert_eq!(float("odd"), [1.0, 2.0, 3.0]);
    assert_eq!(float("f"), numbers);
    assert!(gguf.tensor("other").is_none());
}

#[test]
fn every_truncation_is_refused() {
    let list = [&8_u32.to_le_bytes()[..], &2_u64.to_le_bytes(), &text("a"), &text("b")].concat();
    let metadata =
        [("k", 8, text("value")), ("l", 9, list), ("general.alignment", 4, 64_u32.to_le_bytes().into())];
    let whole = file(&metadata, &[("x", &[4, 2], 0, 0), ("y", &[32], 8, 64)], 64 + 64 + 34);
    open(&whole).unwrap();
    let last = whole.len() - whole.iter().rev().take_while(|byte| **byte == 0).count();
    let end = last.next_multiple_of(64) + 64 + 34;
    for length in 0..end {
        let error = open(&whole[..length]).unwrap_err();
        assert!(matches!(error, ModelError::Header { .. }), "{length} bytes: {error:?}");
    }
    open(&whole[..end]).unwrap();
}

#[test]
fn hostile_counts_and_lengths_are_not_believed() {
    let numbers = [u64::MAX, u64::MAX - 7, 1 << 63, (1 << 63) - 1, 1 << 61, u64::from(u32::MAX), 1 << 20];
    for number in numbers {
        for (at, part) in [(8, "number of tensors"), (16, "number of metadata keys"), (24, "metadata key 0")]
        {
            let mut bytes = file(&[("key", 8, text("value"))], ONE, 32);
            bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
            refused(&bytes, part);
        }
        let list = |code: u32| [&code.to_le_bytes()[..], &number.to_le_bytes(), &[0; 64]].concat();
        for code in [0, 4, 7, 8, 12] {
            refused(&file(&[("key", 9, list(code))], &[], 0), "metadata key \"key\"");
        }
        refused(&file(&[("key", 8, number.to_le_bytes().into())], &[], 0), "metadata key \"key\"");
        refused(&file(&[], &[("x", &[number], 0, 0)], 64), "tensor x");
        refused(&file(&[], &[("x", &[4, number, number, 4], 0, 0)], 64), "tensor x");
        refused(&file(&[], &[("x", &[32, number], 8, 0)], 64), "tensor x");
        refused(&file(&[], &[("x", &[4], 0, number & !31)], 64), "tensor x");
    }
}

#[test]
fn contradictions_are_refused_by_name() {
    open(&file(&[], ONE, 32)).unwrap();
    refused(&file(&[], ONE, 31), "tensor x");
    refused(&file(&[], &[("x", &[4, 2], 0, 8)], 64), "divisible by 32");
    refused(&file(&[], &[("x", &[4, 2], 0, 32)], 32), "tensor x");
    refused(&file(&[], &[("x", &[8], 0, 0), ("y", &[8], 0, 0)], 64), "begin after x");
    refused(&file(&[], &[("x", &[16], 0, 0), ("y", &[8], 0, 32)], 64), "begin after x");
    refused(&file(&[], &[("x", &[8], 0, 0), ("x", &[8], 0, 32)], 64), "tensor x");
    refused(&file(&[], &[("x", &[], 0, 0)], 32), "dimensions");
    refused(&file(&[], &[("x", &[1, 1, 1, 1, 1], 0, 0)], 32), "dimensions");
    refused(&file(&[], &[("x", &[0, 4], 0, 0)], 32), "dimension from 1");
    refused(&file(&[], &[("x", &[16], 8, 0)], 32), "whole blocks of 32");
    refused(&file(&[], &[("", &[4], 0, 0)], 32), "name of tensor 0");
    refused(&file(&[], &[(&"x".repeat(256), &[4], 0, 0)], 32), "name of tensor 0");
    for code in [4, 9, 15, 16, 24, 31, u32::MAX] {
        refused(&file(&[], &[("x", &[256], code, 0)], 4096), &format!("GGML type {code}"));
    }
    for alignment in [0_u32, 1, 4, 24, 1 << 17, u32::MAX] {
        refused(
            &file(&[("general.alignment", 4, alignment.to_le_bytes().into())], ONE, 32),
            "general.alignment",
        );
    }
    refused(&file(&[("general.alignment", 8, text("32"))], ONE, 32), "general.alignment");
}

#[test]
fn broken_metadata_are_refused_by_key() {
    refused(&file(&[("k", 13, vec![0; 8])], &[], 0), "value type");
    refused(&file(&[("k", 7, vec![2])], &[], 0), "0 or 1");
    refused(&file(&[("k", 7, vec![1]), ("k", 7, vec![1])], &[], 0), "one value, found two");
    refused(&file(&[("", 7, vec![1])], &[], 0), "metadata key 0");
    let no_text = [&2_u64.to_le_bytes()[..], &[0xff, 0xfe]].concat();
    refused(&file(&[("k", 8, no_text)], &[], 0), "UTF-8");
    let nested = [&9_u32.to_le_bytes()[..], &1_u64.to_le_bytes(), &[0; 12]].concat();
    refused(&file(&[("k", 9, nested)], &[], 0), "list of lists");
    let signed = open(&file(&[("k", 1, vec![0xff]), ("u", 0, vec![0xff])], &[], 0)).unwrap();
    assert_eq!(
        (signed.value("k"), signed.value("u")),
        (Some(&Value::Signed(-1)), Some(&Value::Unsigned(255)))
    );
}

#[test]
fn other_files_and_versions_are_told() {
    refused(b"", "first bytes");
    refused(b"PK\x03\x04 and so on", "PK");
    for version in [0_u32, 1, 4, 3_u32.swap_bytes()] {
        let mut bytes = file(&[], ONE, 32);
        bytes[4..8].copy_from_slice(&version.to_le_bytes());
        refused(&bytes, "version");
    }
}
