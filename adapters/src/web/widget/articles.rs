//! `GET …/articles`: a search over the public articles, before anything is asked.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};

use bot_core::domain::id::ArticleId;
use bot_core::domain::text::clean;
use bot_core::port::articles::{ArticleQuery, PublicArticle};

use crate::web::error::Refused;
use crate::web::widget::Shop;
use crate::web::widget::session::language;

const MOST: usize = 6;
const QUERY_CHARS: usize = 200;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    language: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Articles {
    articles: Vec<Article>,
}

#[derive(Serialize)]
struct Article {
    id: ArticleId,
    title: String,
    text: String,
}

pub(super) async fn find(
    State(shop): State<Shop>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Articles>, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::field("q", "it cannot be read"))?;
    let desk = shop.desk()?;
    let language = language(asked.language.as_deref(), desk);
    let words = clean(&asked.q, QUERY_CHARS).text;
    let query = ArticleQuery {
        text: &words,
        language,
        channel: &shop.channel.name.0,
        at: desk.core.now(),
        most: MOST,
    };
    let found = desk.articles.find(&query).await;
    let found = found.map_err(|error| {
        tracing::error!(channel = %shop.channel.name, %error, "articles were not searched");
        Refused::Unavailable
    })?;
    Ok(Json(Articles {
        articles: found.into_iter().map(Article::from).collect(),
    }))
}

impl From<PublicArticle> for Article {
    fn from(found: PublicArticle) -> Self {
        Self {
            id: found.article,
            title: found.title,
            text: found.text,
        }
    }
}
