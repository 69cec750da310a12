use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rstest::rstest;

use super::*;

const ID: &str = "11010519491231002X";
const VISA: &str = "4111111111111111";

#[rstest]
#[case("11010519491231002X", "110***********002X")]
#[case("身份证11010519491231002x，谢谢", "身份证110***********002X，谢谢")]
#[case("１１０１０５１９４９１２３１００２Ｘ", "110***********002X")]
#[case("110105 19491231 002X", "110***********002X")]
#[case("110105 1949 1231 002 X", "110***********002X")]
#[case("110105-19491231-002X", "110***********002X")]
#[case("110105\u{200b}19491231002X", "110***********002X")]
#[case("ID110105194912310 02X", "ID110***********002X")]
#[case("证件号130503670401001", "证件号130********1001")]
#[case("卡号4111111111111111", "卡号**** 1111")]
#[case("我的卡 4111 1111 1111 1111 被锁了", "我的卡 **** 1111 被锁了")]
#[case("4111-1111-1111-1111", "**** 1111")]
#[case("card4111111111111111", "card**** 1111")]
#[case("３７８２　８２２４６３　１０００５", "**** 0005")]
#[case("6222021234567890128", "**** 0128")]
#[case("6222 0212 3456 7890 128", "**** 0128")]
#[case("622202 1234567890128", "**** 0128")]
#[case("4111111111111111。", "**** 1111。")]
#[case("订单有问题，卡号：4111111111111111", "订单有问题，卡号：**** 1111")]
#[case(
    "order 1042 card 4111 1111 1111 1111 123",
    "order 1042 card **** 1111 123"
)]
#[case("4111111111111111和5500005555555559", "**** 1111和**** 5559")]
fn masks_cards_and_identity_numbers(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(mask(text, MaskLevel::Sensitive), expected, "{text}");
    assert_eq!(mask(text, MaskLevel::All), expected, "{text}");
    assert_eq!(mask(text, MaskLevel::None), text);
}

#[rstest]
#[case("打13812345678", "打138****5678")]
#[case("+86 138-1234-5678", "+86 138****5678")]
#[case("8613812345678", "86138****5678")]
#[case("0086 13812345678", "0086 138****5678")]
#[case("+8613812345678", "+86138****5678")]
#[case("138 1234 5678", "138****5678")]
#[case("１３８１２３４５６７８", "138****5678")]
#[case("+44 20 7946 0958", "+442****0958")]
#[case("+1 (415) 555-2671", "+1 (415) 555-2671")]
#[case("li.wang@example.com.", "l***@example.com.")]
#[case("邮箱li＠example.cn谢谢", "邮箱l***@example.cn谢谢")]
#[case("a@b", "a@b")]
#[case("@li please look", "@li please look")]
#[case("订单1042，电话13812345678", "订单1042，电话138****5678")]
fn masks_phones_and_addresses_when_asked(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(mask(text, MaskLevel::All), expected, "{text}");
    assert_eq!(mask(text, MaskLevel::Sensitive), text);
}

#[rstest]
#[case::wrong_check("110105194912310021")]
#[case::no_such_day("110105194902310024")]
#[case::no_such_region("990105194912310021")]
#[case::longer_number("4111111111111111000000")]
#[case::not_luhn("4111111111111112")]
#[case::order("订单号4111111111111111")]
#[case::order_en("order number: 4111111111111111")]
#[case::order_list("运单 4111111111111111、5500005555555559")]
#[case::tracking("tracking no. 4111111111111111")]
#[case::letters("SF4111111111111111")]
#[case::letters_after("4111111111111111A")]
#[case::imei("490154203237518")]
#[case::timestamp("1795338611123")]
#[case::moment("20261124153045123")]
#[case::decimal("0.4111111111111111")]
#[case::phone_in_longer("9913812345678")]
#[case::phone_as_order("订单 13812345678")]
#[case::zeros("0000000000000000")]
#[case::short("1042")]
#[case::date("2026-11-24 15:30")]
fn leaves_other_numbers_alone(#[case] text: &str) {
    assert_eq!(mask(text, MaskLevel::All), text);
}

#[test]
fn findings_say_where_and_what() {
    let text = format!("卡{VISA}，证{ID}，13812345678，a@b.cn");
    let found = find(&text);
    let pieces: Vec<_> = found
        .iter()
        .map(|f| (f.kind, text.get(f.range.clone()).unwrap()))
        .collect();
    assert_eq!(
        pieces,
        [
            (Sensitive::Card, VISA),
            (Sensitive::Identity, ID),
            (Sensitive::Phone, "13812345678"),
            (Sensitive::Email, "a@b.cn"),
        ]
    );
}

#[rstest]
#[case("我的卡号是6222021234", "567890128", "****")]
#[case("110105194912", "31002X 谢谢", "**** 谢谢")]
#[case("110105", "你好", "你好")]
#[case("1042", "13800001111", "13800001111")]
#[case("没有", "4111111111111111", "**** 1111")]
#[case("4111111111111111", "好的", "好的")]
fn catches_a_number_split_over_two_messages(
    #[case] before: &str,
    #[case] text: &str,
    #[case] expected: &str,
) {
    assert_eq!(mask_after(before, text, MaskLevel::Sensitive), expected);
}

#[test]
fn a_megabyte_of_digits_is_read() {
    for unit in ["1", "1 ", "4111 ", "1@", "a@a.", "订单1 "] {
        let text = unit.repeat(1_000_000 / unit.len());
        let found = find(&text);
        assert!(
            found
                .iter()
                .all(|one| text.get(one.range.clone()).is_some())
        );
    }
}

proptest! {
    #[test]
    fn any_text_can_be_masked(text in any::<String>()) {
        for finding in find(&text) {
            prop_assert!(text.get(finding.range).is_some());
        }
        prop_assert!(mask(&text, MaskLevel::None) == text);
        let _masked = mask(&text, MaskLevel::All);
    }

    #[test]
    fn masked_text_holds_nothing_more(text in "[0-9０-９Xx @a.-卡订单]{0,60}") {
        let masked = mask(&text, MaskLevel::Sensitive);
        for finding in find(&masked) {
            prop_assert!(!MaskLevel::Sensitive.hides(finding.kind), "{masked}");
        }
    }
}

// ---- a generated corpus: recall and precision ----

const CORPUS: usize = 10_000;

fn digits(rng: &mut StdRng, count: usize) -> Vec<u8> {
    (0..count).map(|_| rng.random_range(0..10)).collect()
}

fn text_of(digits: &[u8]) -> String {
    digits.iter().map(|d| char::from(b'0' + d)).collect()
}

/// An independent check digit: tries all ten.
fn with_luhn(mut number: Vec<u8>) -> String {
    number.push(0);
    let last = number.len() - 1;
    for check in 0..10 {
        number[last] = check;
        let sum: u32 = number
            .iter()
            .rev()
            .enumerate()
            .map(|(i, &d)| {
                let d = u32::from(d);
                if i % 2 == 0 { d } else { d / 5 + d * 2 % 10 }
            })
            .sum();
        if sum.is_multiple_of(10) {
            break;
        }
    }
    text_of(&number)
}

fn card(rng: &mut StdRng) -> String {
    let (prefix, length): (&[u8], usize) = match rng.random_range(0..6) {
        0 | 1 => (&[6, 2], rng.random_range(16..=19)),
        2 => (&[4], 16),
        3 => (&[5, 1], 16),
        4 => (&[3, 7], 15),
        _ => (&[6, 2, 2, 2, 0, 2], 19),
    };
    let mut number = prefix.to_vec();
    number.extend(digits(rng, length - 1 - prefix.len()));
    with_luhn(number)
}

fn identity(rng: &mut StdRng) -> String {
    let region = [110105, 310115, 440305, 510104, 330106, 650102, 320583]
        .choose(rng)
        .unwrap();
    let (y, m, d) = (
        rng.random_range(1940..2020),
        rng.random_range(1..=12),
        rng.random_range(1..=28),
    );
    if rng.random_bool(0.05) {
        return format!(
            "{region}{:02}{m:02}{d:02}{:03}",
            y % 100,
            rng.random_range(0..1000)
        );
    }
    let head = format!("{region}{y}{m:02}{d:02}{:03}", rng.random_range(0..1000));
    let sum: u32 = head
        .chars()
        .enumerate()
        .map(|(i, c)| c.to_digit(10).unwrap() * (2_u32.pow(17 - u32::try_from(i).unwrap()) % 11))
        .sum();
    let check = (12 - sum % 11) % 11;
    let tail = if check == 10 {
        *['X', 'x'].choose(rng).unwrap()
    } else {
        char::from_digit(check, 10).unwrap()
    };
    format!("{head}{tail}")
}

fn noisy(rng: &mut StdRng, number: &str, is_card: bool) -> String {
    let split = |sizes: &[usize], sep: &str| {
        let mut rest = number;
        let mut parts = Vec::new();
        for &size in sizes {
            let (head, tail) = rest.split_at(size.min(rest.len()));
            parts.push(head);
            rest = tail;
        }
        parts.push(rest);
        parts.retain(|p| !p.is_empty());
        parts.join(sep)
    };
    let sep = *[" ", "-", "　"].choose(rng).unwrap();
    match rng.random_range(0..4) {
        0 if is_card => split(&[4, 4, 4, 4], sep),
        0 => split(&[6, 8], sep),
        1 => number
            .chars()
            .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap())
            .collect(),
        _ => number.to_owned(),
    }
}

fn wrapped(rng: &mut StdRng, number: &str, frames: &[(&str, &str)]) -> String {
    let (before, after) = frames.choose(rng).unwrap();
    format!("{before}{number}{after}")
}

const FRAMES: &[(&str, &str)] = &[
    ("", ""),
    ("我的是", "，麻烦查一下"),
    ("卡号：", ""),
    ("身份证号码", "谢谢"),
    ("号码 ", " 对吗？"),
    ("please check ", " thanks"),
    ("it is ", "."),
    ("（", "）"),
    ("订单有问题，我的号码是：", ""),
    ("1. ", "\n2. 张三"),
];

/// What a shop's messages are full of, and what is none of it.
fn negative(rng: &mut StdRng) -> String {
    let order_frames: &[(&str, &str)] = &[
        ("订单号", ""),
        ("我的订单 ", " 到哪了"),
        ("订单编号：", ""),
        ("order #", " is late"),
        ("order number ", ""),
        ("运单号:", ""),
    ];
    match rng.random_range(0..9) {
        0 => {
            let length = rng.random_range(13..=19);
            let number = text_of(&digits(rng, length));
            wrapped(rng, &number, order_frames)
        }
        1 => {
            let number = card(rng);
            wrapped(rng, &number, order_frames)
        }
        2 => format!("17{}", text_of(&digits(rng, 11))),
        3 => format!(
            "2026{:02}{:02}{:02}{}",
            rng.random_range(1..=12),
            rng.random_range(1..=28),
            rng.random_range(0..24),
            text_of(&digits(rng, 8))
        ),
        4 => format!("SF{}", text_of(&digits(rng, 13))),
        5 => {
            let mut number = vec![8, 6];
            number.extend(digits(rng, 12));
            with_luhn(number)
        }
        6 => format!("快递单号 {}", text_of(&digits(rng, 15))),
        7 => format!("4200{}", text_of(&digits(rng, 24))),
        _ => {
            let length = rng.random_range(13..=19);
            let number = text_of(&digits(rng, length));
            wrapped(rng, &number, FRAMES)
        }
    }
}

#[test]
fn recall_and_precision_on_a_generated_corpus() {
    let mut rng = StdRng::seed_from_u64(20_261_124);
    let mut found = [(0_u32, 0_u32); 2];
    for round in 0..CORPUS {
        let is_card = round % 2 == 0;
        let number = if is_card {
            card(&mut rng)
        } else {
            identity(&mut rng)
        };
        let shown = noisy(&mut rng, &number, is_card);
        let text = wrapped(&mut rng, &shown, FRAMES);
        let wanted = if is_card {
            Sensitive::Card
        } else {
            Sensitive::Identity
        };
        let hit = find(&text)
            .iter()
            .any(|f| f.kind == wanted && text.get(f.range.clone()) == Some(shown.as_str()));
        let (all, right) = &mut found[usize::from(!is_card)];
        *all += 1;
        *right += u32::from(hit);
        if !hit {
            println!("missed: {text}");
        }
    }
    let false_hits = (0..CORPUS)
        .filter(|_| {
            find(&negative(&mut rng))
                .iter()
                .any(|f| MaskLevel::Sensitive.hides(f.kind))
        })
        .count();
    let recall = found.map(|(all, right)| f64::from(right) / f64::from(all));
    let right = f64::from(found[0].1 + found[1].1);
    let precision = right / (right + f64::from(u32::try_from(false_hits).unwrap()));
    println!(
        "card recall {:.4}, identity recall {:.4}, false hits {false_hits} of {CORPUS}, precision {precision:.4}",
        recall[0], recall[1]
    );
    assert!(recall[0] >= 0.995 && recall[1] >= 0.995);
    assert!(precision >= 0.95);
}

#[test]
fn mobile_numbers_in_a_generated_corpus() {
    let mut rng = StdRng::seed_from_u64(7);
    let mut right = 0;
    for _ in 0..CORPUS {
        let number = format!(
            "1{}{}",
            rng.random_range(3..=9),
            text_of(&digits(&mut rng, 9))
        );
        let (a, b) = number.split_at(3);
        let (b, c) = b.split_at(4);
        let shown = match rng.random_range(0..4) {
            0 => format!("{a} {b} {c}"),
            1 => format!("{a}-{b}-{c}"),
            _ => number.clone(),
        };
        let prefix = ["", "+86", "+86 ", "86-"].choose(&mut rng).unwrap();
        let text = wrapped(&mut rng, &format!("{prefix}{shown}"), FRAMES);
        let masked = mask(&text, MaskLevel::All);
        right += u32::from(masked.contains(&format!("{a}****{c}")));
    }
    println!("mobile recall {:.4}", f64::from(right) / 10_000.0);
    assert!(right >= 9_950);
}
