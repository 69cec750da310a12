//! The one colour that a desk chooses, and what is legible beside it.
//!
//! Contrast is that of [WCAG 2.2](https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio); 4.5 is level AA for text.

use std::fmt;
use std::str::FromStr;

/// The contrast that text needs.
const LEGIBLE: f64 = 4.5;
/// How much darker or lighter a shade is than the one before, as a share.
const STEP: f64 = 0.04;

const WHITE: Accent = Accent([255, 255, 255]);
const BLACK: Accent = Accent([0, 0, 0]);
/// The darkest and the lightest ground that text in this colour stands on.
const DARK_GROUND: Accent = Accent([38, 44, 55]);
const LIGHT_GROUND: Accent = Accent([233, 236, 241]);

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent([u8; 3]);

/// What is no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written as #rrggbb, like \"#2f5bd8\"")]
pub struct NoColour;

impl Default for Accent {
    fn default() -> Self {
        Self([0x2f, 0x5b, 0xd8])
    }
}

impl FromStr for Accent {
    type Err = NoColour;

    fn from_str(text: &str) -> Result<Self, NoColour> {
        let digits = text.strip_prefix('#').filter(|rest| rest.len() == 6);
        let number = digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or(NoColour)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Accent {
    /// White or black, whichever is easier to read on this colour: one of them always can be.
    #[must_use]
    pub fn text_on(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(BLACK) {
            WHITE
        } else {
            BLACK
        }
    }

    /// The nearest shade in which text can be read on light grounds.
    #[must_use]
    pub fn readable_on_light(self) -> Self {
        self.towards(BLACK, LIGHT_GROUND)
    }

    /// The nearest shade in which text can be read on dark grounds.
    #[must_use]
    pub fn readable_on_dark(self) -> Self {
        self.towards(WHITE, DARK_GROUND)
    }

    /// The contrast of two colours, from 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn towards(self, end: Self, ground: Self) -> Self {
        let shades = (0..).map(|step| (f64::from(step) * STEP).min(1.0));
        let mut shades = shades.map(|share| (share, self.mixed(end, share)));
        let found =
            shades.find(|(share, shade)| *share >= 1.0 || shade.contrast(ground) >= LEGIBLE);
        found.map_or(end, |(_, shade)| shade)
    }

    fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |own: u8, theirs: u8| {
            f64::from(own)
                .mul_add(1.0 - share, f64::from(theirs) * share)
                .round() as u8
        };
        Self(std::array::from_fn(|at| mix(self.0[at], other.0[at])))
    }

    /// Relative luminance, from 0 (black) to 1 (white).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("#2f5bd8", Ok(Accent([0x2f, 0x5b, 0xd8])))]
    #[case("#FFFFFF", Ok(WHITE))]
    #[case("2f5bd8", Err(NoColour))]
    #[case("#2f5bd", Err(NoColour))]
    #[case("#+f5bd8", Err(NoColour))]
    #[case("#色色", Err(NoColour))]
    fn reads_colours(#[case] text: &str, #[case] expected: Result<Accent, NoColour>) {
        assert_eq!(text.parse(), expected);
    }

    #[test]
    fn contrast_is_the_standards() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 1e-9);
        assert!((WHITE.contrast(WHITE) - 1.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn whatever_is_chosen_can_be_read(parts: [u8; 3]) {
            let accent = Accent(parts);
            prop_assert!(accent.contrast(accent.text_on()) >= LEGIBLE);
            prop_assert!(accent.readable_on_light().contrast(LIGHT_GROUND) >= LEGIBLE);
            prop_assert!(accent.readable_on_dark().contrast(DARK_GROUND) >= LEGIBLE);
            prop_assert_eq!(accent.to_string().parse(), Ok(accent));
        }
    }
}
