//! The model in one file, in the `safetensors` form: everything is read as it is used.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write as _};
use std::path::Path;

use ndarray::{Array1, Array2};
use safetensors::tensor::{Dtype, Metadata, TensorView};

use crate::embed::network::{
    CONVOLVED, Convolution, Head, Linear, Network, Norm, ORDERS, PARTS, Table, beside,
};
use crate::embed::normalizer::Normalizer;
use crate::embed::tokenizer::Tokenizer;
use crate::embed::{DIMENSIONS, Encoder, MODEL};

/// The longest header that is read, in bytes: some fifty names.
const HEADER: u64 = 1_000_000;

/// A model that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file cannot be read or written.
    #[error("the model's file: {0}")]
    File(#[from] std::io::Error),
    /// The file holds something else.
    #[error("the model's file holds no such model ({0}); install it again")]
    Foreign(String),
}

/// A tensor by its name, to be stored.
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) kind: Dtype,
    pub(super) shape: Vec<usize>,
    pub(super) bytes: Vec<u8>,
}

/// Writes a model: whole or not at all.
pub(super) fn save(path: &Path, tensors: &[Stored]) -> Result<(), ModelError> {
    let views: Result<Vec<_>, _> = tensors
        .iter()
        .map(|one| {
            let view = TensorView::new(one.kind, one.shape.clone(), &one.bytes);
            view.map(|view| (one.name.as_str(), view))
        })
        .collect();
    let named = HashMap::from([("model".to_owned(), MODEL.to_owned())]);
    let bytes = safetensors::serialize(views.map_err(foreign)?, Some(named)).map_err(foreign)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let unfinished = path.with_extension("part");
    let mut file = File::create(&unfinished)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    Ok(File::open(folder)?.sync_all()?)
}

/// Reads a model.
pub(super) fn load(path: &Path) -> Result<Encoder, ModelError> {
    let mut file = ModelFile::open(path)?;
    Ok(Encoder {
        tokenizer: file.tokenizer()?,
        network: file.network()?,
    })
}

fn foreign(why: impl std::fmt::Display) -> ModelError {
    ModelError::Foreign(why.to_string())
}

/// An open file; tensors are read one by one, so that nothing is in memory twice.
struct ModelFile {
    file: File,
    known: Metadata,
    /// Where the tensors begin.
    body: u64,
}

impl ModelFile {
    fn open(path: &Path) -> Result<Self, ModelError> {
        let mut file = File::open(path)?;
        let mut length = [0; 8];
        file.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        if length > HEADER {
            return Err(foreign("its beginning"));
        }
        let mut header = vec![0; length as usize];
        file.read_exact(&mut header)?;
        let known: Metadata = serde_json::from_slice(&header).map_err(foreign)?;
        let named = known
            .metadata()
            .as_ref()
            .and_then(|named| named.get("model"));
        if named.is_none_or(|name| name != MODEL) {
            return Err(foreign("its name"));
        }
        Ok(Self {
            file,
            known,
            body: 8 + length,
        })
    }

    /// A tensor's bytes, if it has this shape; 0 stands for any length.
    fn bytes(
        &mut self,
        name: &str,
        kind: Dtype,
        shape: &[usize],
    ) -> Result<(Vec<u8>, Vec<usize>), ModelError> {
        let info = self.known.info(name).filter(|info| {
            let fits = |(has, wants): (&usize, &usize)| *wants == 0 || has == wants;
            info.dtype == kind
                && info.shape.len() == shape.len()
                && info.shape.iter().zip(shape).all(fits)
        });
        let info = info.ok_or_else(|| foreign(name))?;
        let (from, to) = info.data_offsets;
        let shape = info.shape.clone();
        let mut bytes = vec![0; to.saturating_sub(from)];
        self.file.seek(SeekFrom::Start(self.body + from as u64))?;
        self.file.read_exact(&mut bytes)?;
        Ok((bytes, shape))
    }

    fn numbers(
        &mut self,
        name: &str,
        shape: &[usize],
    ) -> Result<(Vec<f32>, Vec<usize>), ModelError> {
        let (bytes, shape) = self.bytes(name, Dtype::F32, shape)?;
        Ok((words(&bytes).map(f32::from_le_bytes).collect(), shape))
    }

    fn row(&mut self, name: &str, length: usize) -> Result<Array1<f32>, ModelError> {
        Ok(Array1::from_vec(self.numbers(name, &[length])?.0))
    }

    fn matrix(&mut self, name: &str) -> Result<Array2<f32>, ModelError> {
        let (numbers, shape) = self.numbers(name, &[0, 0])?;
        let shape = (shape[0], shape[1]);
        Array2::from_shape_vec(shape, numbers).map_err(foreign)
    }

    fn tokenizer(&mut self) -> Result<Tokenizer, ModelError> {
        let (units, _) = self.bytes("units", Dtype::U32, &[0])?;
        let units = words(&units).map(u32::from_le_bytes).collect();
        let (replacements, _) = self.bytes("replacements", Dtype::U8, &[0])?;
        let (pieces, _) = self.bytes("pieces", Dtype::U8, &[0])?;
        let pieces = fst::Map::new(pieces).map_err(foreign)?;
        let (scores, _) = self.numbers("scores", &[0])?;
        let normalizer = Normalizer::new(units, replacements);
        Ok(Tokenizer::new(normalizer, pieces, scores))
    }

    fn network(&mut self) -> Result<Network, ModelError> {
        let epsilon = self.row("eps", 1)?[0];
        let convolutions = ORDERS.map(|(order, _)| self.convolution(order));
        Ok(Network {
            table: Table {
                rows: self.bytes("table", Dtype::U8, &[0, DIMENSIONS])?.0,
                low: self.numbers("lo", &[PARTS])?.0,
                scale: self.numbers("scale", &[PARTS])?.0,
            },
            project: self.project()?,
            projected: Norm {
                gain: self.joined("ln_g")?,
                bias: self.joined("ln_b")?,
                epsilon,
            },
            convolutions: convolutions.into_iter().collect::<Result<_, _>>()?,
            norm: self.norm("ln_g", "ln_b", epsilon)?,
            mean: self.linear("cnn_W", "cnn_b")?,
            head: self.head()?,
            epsilon,
        })
    }

    fn project(&mut self) -> Result<Linear, ModelError> {
        let parts = ORDERS.map(|(order, _)| self.matrix(&format!("proj{order}")));
        let parts: Vec<_> = parts.into_iter().collect::<Result<_, _>>()?;
        Ok(Linear {
            weights: beside(&parts),
            bias: self.joined("proj_b")?,
        })
    }

    /// A row of each convolution, one after the other.
    fn joined(&mut self, name: &str) -> Result<Array1<f32>, ModelError> {
        let mut all = Vec::new();
        for (order, _) in ORDERS {
            all.extend(self.row(&format!("{name}{order}"), CONVOLVED)?);
        }
        Ok(Array1::from_vec(all))
    }

    fn convolution(&mut self, order: usize) -> Result<Convolution, ModelError> {
        Ok(Convolution {
            first: self.linear(&format!("w1_{order}"), &format!("b1_{order}"))?,
            second: self.linear(&format!("w2_{order}"), &format!("b2_{order}"))?,
        })
    }

    fn linear(&mut self, weights: &str, bias: &str) -> Result<Linear, ModelError> {
        let weights = self.matrix(weights)?;
        let bias = self.row(bias, weights.ncols())?;
        Ok(Linear { weights, bias })
    }

    fn norm(&mut self, gain: &str, bias: &str, epsilon: f32) -> Result<Norm, ModelError> {
        let gain = self.row(gain, 0)?;
        let bias = self.row(bias, gain.len())?;
        Ok(Norm {
            gain,
            bias,
            epsilon,
        })
    }

    fn head(&mut self) -> Result<Head, ModelError> {
        Ok(Head {
            first: self.matrix("d0")?,
            past_first: self.matrix("p1")?,
            second: self.matrix("d1")?,
            third: self.matrix("d2")?,
            past_third: self.matrix("p3")?,
            fourth: self.matrix("d3")?,
        })
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> {
    bytes.as_chunks::<4>().0.iter().copied()
}
