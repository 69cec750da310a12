//! Albums are one message; a message with files waits for them a while, then they follow.

use bot_core::domain::content::Media;
use bot_core::domain::inbound::{Incoming, IncomingFile, Said};
use bot_core::domain::time::SECOND;
use bot_core::port::platform::rough::Shown;
use bot_core::port::platform::{Blob, FetchError};
use rstest::rstest;

use crate::house::{House, On, said};

fn photo(source: &str, caption: &str, album: Option<&str>) -> Incoming {
    let file = IncomingFile {
        source: source.to_owned(),
        media: Media::Image,
        name: format!("{source}.png"),
        mime: "image/png".into(),
        size: None,
        expires: None,
    };
    Incoming::Said(Said {
        text: caption.to_owned(),
        files: vec![file],
        message: Some(format!("m-{source}")),
        album: album.map(str::to_owned),
        ..Said::default()
    })
}

fn png() -> Blob {
    Blob {
        bytes: vec![0x89, b'P', b'N', b'G'],
        mime: "image/png".into(),
    }
}

fn slow() -> FetchError {
    FetchError::Temporary("not there yet".into())
}

/// A house with an open ticket, whose channel has these pictures.
async fn handed_off(on: On, ready: &[&str], late: &[&str]) -> House {
    let house = House::new(on).await;
    ready
        .iter()
        .for_each(|one| house.shop.offer_file(one, Ok(png())));
    late.iter()
        .for_each(|one| house.shop.offer_file(one, Err(slow())));
    house.says("wang", "转人工").await;
    house
}

fn in_thread(house: &House) -> Vec<Shown> {
    let (place, _) = house.room.threads().pop().unwrap();
    house.room.at(&place)
}

fn pictures(shown: &[Shown]) -> Vec<usize> {
    let counts = shown.iter().map(|one| one.content.attachments.len());
    counts.filter(|count| *count > 0).collect()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_album_is_one_message(#[case] on: On) {
    let house = handed_off(on, &["a", "b", "c"], &[]).await;
    for (source, caption) in [("a", "这三张都坏了"), ("b", ""), ("c", "")] {
        let part = photo(source, caption, Some("album-1"));
        house.customer("wang", part).await;
        house.settle().await;
        house.wait_ms(SECOND).await;
    }
    assert!(pictures(&in_thread(&house)).is_empty(), "it may go on");
    house.wait_ms(3 * SECOND).await;
    let shown = in_thread(&house);
    assert_eq!(pictures(&shown), [3]);
    assert_eq!(shown.last().unwrap().content.text, "这三张都坏了");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_follows_an_album_stands_behind_it(#[case] on: On) {
    let house = handed_off(on, &["a", "b"], &[]).await;
    house.customer("wang", photo("a", "", Some("x"))).await;
    house.customer("wang", photo("b", "", Some("x"))).await;
    house.says("wang", "就是这两张").await;
    let shown = in_thread(&house);
    assert_eq!(pictures(&shown), [2]);
    assert_eq!(shown.last().unwrap().content.text, "就是这两张");
    let before = shown.len();
    house.wait_ms(10 * SECOND).await;
    assert_eq!(in_thread(&house).len(), before, "its timer finds nothing");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_albums_caption_can_be_edited_by_any_of_its_messages(#[case] on: On) {
    let house = handed_off(on, &["a", "b"], &[]).await;
    house.customer("wang", photo("a", "旧", Some("x"))).await;
    house.customer("wang", photo("b", "", Some("x"))).await;
    house.settle().await;
    house.wait_ms(3 * SECOND).await;
    let change = Incoming::Edited {
        message: "m-b".into(),
        text: "新".into(),
    };
    house.customer("wang", change).await;
    house.settle().await;
    let shown = in_thread(&house);
    assert_eq!(shown.last().unwrap().content.text, "新\n\n已编辑");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_album_under_a_note_never_reaches_the_customer(#[case] on: On) {
    let house = handed_off(on, &[], &[]).await;
    house.room.offer_file("a", Ok(png()));
    house.room.offer_file("b", Ok(png()));
    let before = house.shop.calls().len();
    house.agent(photo("a", "/note 内部截图", Some("x"))).await;
    house.agent(photo("b", "", Some("x"))).await;
    house.wait_ms(3 * SECOND).await;
    house.wait_ms(60 * SECOND).await;
    assert_eq!(house.shop.calls().len(), before);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_agents_album_reaches_the_customer_as_one(#[case] on: On) {
    let house = handed_off(on, &[], &[]).await;
    house.room.offer_file("a", Ok(png()));
    house.room.offer_file("b", Ok(png()));
    house.agent(photo("a", "请看图", Some("x"))).await;
    house.agent(photo("b", "", Some("x"))).await;
    house.wait_ms(3 * SECOND).await;
    house.wait_ms(3 * SECOND).await;
    let shown = house.shop.at(&"wang".into());
    assert_eq!(pictures(&shown), [2]);
    assert_eq!(shown.last().unwrap().content.text, "请看图");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_relay_waits_for_its_file(#[case] on: On) {
    let house = handed_off(on, &[], &["late"]).await;
    house.customer("wang", photo("late", "看图", None)).await;
    house.settle().await;
    let before = in_thread(&house).len();
    house.shop.offer_file("late", Ok(png()));
    house.wait_ms(3 * SECOND).await;
    let shown = in_thread(&house);
    assert_eq!((shown.len(), pictures(&shown)), (before + 1, vec![1]));
    assert_eq!(shown.last().unwrap().content.text, "看图");
    house.wait_ms(60 * SECOND).await;
    assert_eq!(in_thread(&house).len(), before + 1, "only once");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_relay_goes_without_a_file_that_takes_too_long(#[case] on: On) {
    let house = handed_off(on, &["fast"], &["late"]).await;
    let mut both = photo("fast", "看图", None);
    let (Incoming::Said(both_files), Incoming::Said(late)) = (&mut both, photo("late", "", None))
    else {
        unreachable!("photos are said");
    };
    both_files.files.extend(late.files);
    house.customer("wang", both).await;
    house.settle().await;
    assert!(pictures(&in_thread(&house)).is_empty(), "it waits for both");
    house.wait_ms(5 * SECOND).await;
    let shown = in_thread(&house);
    assert_eq!(pictures(&shown), [1]);
    let text = &shown.last().unwrap().content.text;
    assert_eq!(text, "看图\n\n还有 1 个文件在载入，好了会补上。");

    house.shop.offer_file("late", Ok(png()));
    house.wait_ms(60 * SECOND).await;
    let shown = in_thread(&house);
    assert_eq!(pictures(&shown), [1, 1], "the file follows, once");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_relay_does_not_wait_for_a_file_that_is_refused(#[case] on: On) {
    let house = handed_off(on, &[], &[]).await;
    house.customer("wang", photo("none", "看图", None)).await;
    house.settle().await;
    let texts = house.thread();
    assert!(texts.iter().any(|line| line == "看图"), "{texts:?}");
    assert!(pictures(&in_thread(&house)).is_empty());
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_reply_with_a_file_waits_for_it_and_can_be_undone(#[case] on: On) {
    let house = handed_off(on, &[], &[]).await;
    house.room.offer_file("late", Err(slow()));
    let reply = house.agent(photo("late", "见附件", None)).await;
    house.wait_ms(3 * SECOND).await;
    assert!(pictures(&house.shop.at(&"wang".into())).is_empty());
    house.agent(said(&format!("/undo {reply}"))).await;
    house.room.offer_file("late", Ok(png()));
    house.wait_ms(60 * SECOND).await;
    assert!(pictures(&house.shop.at(&"wang".into())).is_empty());
}
