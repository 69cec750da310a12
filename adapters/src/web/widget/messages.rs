//! What a visitor writes, and the files that go with it.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use bot_core::domain::id::MessageId;

use crate::web::error::Refused;
use crate::web::routes::{MESSAGE, read_body};
use crate::web::uploads::{UPLOAD, Uploaded, announced};
use crate::web::widget::Shop;
use crate::web::widget::guard::Address;
use crate::web::widget::visitor::Visitor;

#[derive(Serialize)]
pub(super) struct Taken {
    /// Under this id the message comes back.
    message_id: MessageId,
}

/// `POST …/messages`: the same `id` again has no second effect.
pub(super) async fn write(
    State(shop): State<Shop>,
    visitor: Visitor,
    Address(address): Address,
    request: Request,
) -> Result<(StatusCode, Json<Taken>), Refused> {
    let (head, body) = request.into_parts();
    let bytes = read_body(&head.headers, body, MESSAGE).await?;
    let inbound = shop
        .channel
        .read_from(&bytes, visitor.sender(address.to_string()))?;
    let message_id = shop.channel.store(inbound).await?;
    Ok((StatusCode::ACCEPTED, Json(Taken { message_id })))
}

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

#[derive(Serialize)]
pub(super) struct Kept {
    #[serde(flatten)]
    file: Uploaded,
    name: String,
}

/// `POST …/uploads?name=`: bytes become a link for an attachment.
pub(super) async fn upload(
    State(shop): State<Shop>,
    visitor: Visitor,
    named: Result<Query<Named>, QueryRejection>,
    request: Request,
) -> Result<(StatusCode, Json<Kept>), Refused> {
    let Query(Named { name }) = named.map_err(|_| Refused::field("name", "it cannot be read"))?;
    let (head, body) = request.into_parts();
    let _permit = shop.channel.upload_permit()?;
    let bytes = read_body(&head.headers, body, UPLOAD).await?;
    if bytes.is_empty() {
        return Err(Refused::field("body", "the bytes of a file are needed"));
    }
    // Not to be guessed by other visitors, who may upload the same bytes.
    let request = format!("{}:{}", visitor.place.0, Uuid::new_v4());
    let file = shop
        .channel
        .keep_upload(&request, announced(&head.headers), bytes)
        .await?;
    Ok((StatusCode::CREATED, Json(Kept { file, name })))
}
