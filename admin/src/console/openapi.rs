//! The description of the API, made from the handlers themselves.

use axum::Json;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::console::session::COOKIE_NAME;
use crate::console::{
    agents, canned, commands, kb, lines, live, messages, rooms, sign_in, start, threads, uploads,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "frontdesk",
        description = "The team room: sign-in, the team, tickets and their threads. Errors are \
                       `{\"error\": {\"code\", \"message\", \"field\"}}`. Times are RFC 3339 in UTC."
    ),
    paths(
        document,
        sign_in::by_password,
        sign_in::by_link,
        sign_in::out,
        sign_in::me,
        sign_in::set_password,
        agents::set_presence,
        agents::list,
        agents::add,
        agents::change,
        agents::invite,
        start::start,
        threads::list,
        threads::one,
        lines::page,
        messages::write,
        messages::edit,
        messages::take_back,
        messages::press,
        uploads::take,
        uploads::serve,
        commands::complete,
        canned::list,
        canned::keep,
        canned::forget,
        rooms::page,
        rooms::write,
        live::open,
        kb::articles::list,
        kb::articles::add,
        kb::articles::one,
        kb::articles::change,
        kb::articles::step,
        kb::revisions::list,
        kb::revisions::diff,
        kb::revisions::roll_back,
        kb::preview::preview,
        kb::questions::list,
        kb::questions::keep,
        kb::questions::forget,
        kb::suggestions::list,
        kb::suggestions::approve,
        kb::suggestions::reject,
        kb::suggestions::unlearn,
        kb::imports::list,
        kb::imports::run,
        kb::imports::undo
    )
)]
struct Api;

/// This description.
#[utoipa::path(get, path = "/api/v1/openapi.json", responses((status = 200)))]
pub(super) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(description())
}

/// The description of the API.
pub(super) fn description() -> utoipa::openapi::OpenApi {
    let mut api = Api::openapi();
    let mut components = api.components.take().unwrap_or_default();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE_NAME)));
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    components.add_security_scheme("session", cookie);
    components.add_security_scheme("bearer", bearer);
    api.components = Some(components);
    api
}
