//! The pieces and the table of characters of a `SentencePiece` model.

use std::collections::BTreeMap;

use safetensors::tensor::Dtype;

use crate::embed::file::Stored;
use crate::embed::package::{PackageError, foreign};

/// A field of a message: its number and its bytes.
type Field<'b> = (u64, &'b [u8]);

/// The pieces with their likelihoods, and the table.
pub(super) fn tensors(model: &[u8]) -> Result<Vec<Stored>, PackageError> {
    let odd = || foreign("its pieces");
    let fields = fields(model).ok_or_else(odd)?;
    let of = |number: u64| fields.iter().filter(move |field| field.0 == number);
    let mut pieces = BTreeMap::new();
    let mut scores = Vec::new();
    for (number, (_, message)) in (0..).zip(of(1)) {
        let (piece, score) = piece(message).ok_or_else(odd)?;
        pieces.insert(piece, number);
        scores.extend(score.to_le_bytes());
    }
    let pieces = fst::Map::from_iter(pieces).map_err(foreign)?;
    let (_, spec) = of(3).next().ok_or_else(odd)?;
    let [units, replacements] = characters(spec).ok_or_else(odd)?;
    Ok(vec![
        stored("pieces", Dtype::U8, pieces.into_fst().into_inner()),
        stored("scores", Dtype::F32, scores),
        stored("units", Dtype::U32, units.to_vec()),
        stored("replacements", Dtype::U8, replacements.to_vec()),
    ])
}

fn stored(name: &str, kind: Dtype, bytes: Vec<u8>) -> Stored {
    Stored {
        name: name.to_owned(),
        kind,
        shape: vec![bytes.len() * 8 / kind.bitsize()],
        bytes,
    }
}

/// A piece (field 1) with its log likelihood (field 2, a number of four bytes).
fn piece(message: &[u8]) -> Option<(&[u8], f32)> {
    let fields = fields(message)?;
    let of = |number: u64| fields.iter().find(|field| field.0 == number);
    let score = of(2).and_then(|(_, bytes)| (*bytes).try_into().ok());
    Some((of(1)?.1, score.map_or(0.0, f32::from_le_bytes)))
}

/// The table (field 2 of its message): the trie's length, the trie, the replacements.
fn characters(spec: &[u8]) -> Option<[&[u8]; 2]> {
    let fields = fields(spec)?;
    let (_, table) = fields.iter().find(|field| field.0 == 2)?;
    let (length, rest) = table.split_first_chunk::<4>()?;
    let (units, replacements) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some([units, replacements])
}

/// The fields of a message (protocol buffers, wire types 0, 1, 2 and 5).
fn fields(mut message: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let (key, rest) = varint(message)?;
        let (length, rest) = match key & 7 {
            0 => (rest.len() - varint(rest)?.1.len(), rest),
            1 => (8, rest),
            2 => {
                let (length, rest) = varint(rest)?;
                (usize::try_from(length).ok()?, rest)
            }
            5 => (4, rest),
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(length)?;
        found.push((key >> 3, value));
        message = rest;
    }
    Some(found)
}

/// A number of seven bits a byte, the lowest first, and what follows it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7F).checked_shl(7 * at as u32)?;
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(at + 1..)?));
        }
    }
    None
}
