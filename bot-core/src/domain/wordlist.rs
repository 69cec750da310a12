//! Lists of words as they stand in these modules: many to a line, without commas.

/// A slice of string literals.
macro_rules! words {
    ($($word:literal)*) => {
        &[$($word),*]
    };
}

pub(crate) use words;
