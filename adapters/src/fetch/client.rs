//! The two calls: getting a stranger's file, and posting to the operator's own address.

use std::error::Error as _;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use tokio::net::TcpStream;
use tokio::time::timeout;

use bot_core::domain::file_type::sniff;

use super::guard::{Guard, Refusal};
use super::resolve::{GuardedResolver, Lookup, SystemLookup};

/// An answer of the operator's app is read up to here, for the connection's sake; its words are not used.
const MAX_ANSWER_BYTES: usize = 16 * 1_024;

/// How much a stranger's server may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchLimits {
    /// The largest file, in bytes.
    pub bytes: usize,
    /// The time for all of it, redirects included.
    pub total: Duration,
    /// How many redirects are followed.
    pub redirects: usize,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            bytes: 20 * 1_024 * 1_024,
            total: Duration::from_secs(30),
            redirects: 3,
        }
    }
}

/// A file that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the bytes are, whatever the server says.
    pub mime: String,
}

/// A file that was not fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GetError {
    /// The address, or one that it redirects to, must not be called.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The file is larger than allowed.
    #[error("the file is larger than {0} bytes")]
    TooLarge(usize),
    /// It redirects again and again.
    #[error("it redirects more than {0} times")]
    Redirects(usize),
    /// The server says that there is no such file for us.
    #[error("the server answered {0}")]
    Status(u16),
    /// It did not come in time, or the connection failed; it may work later.
    #[error("temporarily: {0}")]
    Temporary(String),
}

/// Fetches files from addresses that strangers chose.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: Client,
    guard: Arc<Guard>,
    limits: FetchLimits,
}

impl Fetcher {
    /// A fetcher with the system's resolver.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new(guard: Guard, limits: FetchLimits) -> Result<Self, reqwest::Error> {
        Self::with_lookup(guard, limits, Arc::new(SystemLookup))
    }

    /// A fetcher that asks `lookup` for names.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn with_lookup(
        guard: Guard,
        limits: FetchLimits,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, reqwest::Error> {
        let guard = Arc::new(guard);
        let resolver = GuardedResolver {
            guard: Arc::clone(&guard),
            lookup,
        };
        // Unpacking is left off: a small answer must not become a large one.
        let client = Client::builder()
            .dns_resolver(Arc::new(resolver))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .no_gzip()
            .referer(false)
            .connect_timeout(limits.total)
            .user_agent("frontdesk")
            .build()?;
        Ok(Self {
            client,
            guard,
            limits,
        })
    }

    /// Checks an address as far as can be seen without resolving it.
    ///
    /// # Errors
    /// When it must not be called.
    pub fn check(&self, url: &str) -> Result<(), Refusal> {
        self.guard.check_url(url).map(drop)
    }

    /// Fetches a file.
    ///
    /// # Errors
    /// See [`GetError`].
    pub async fn get(&self, url: &str) -> Result<Fetched, GetError> {
        let bytes = in_time(self.limits.total, self.follow(url)).await?;
        let mime = sniff(&bytes).to_owned();
        Ok(Fetched { bytes, mime })
    }

    async fn follow(&self, url: &str) -> Result<Vec<u8>, GetError> {
        let mut url = self.guard.check_url(url)?;
        for _ in 0..=self.limits.redirects {
            let response = self
                .client
                .get(url.clone())
                .send()
                .await
                .map_err(|error| of_transport(&error))?;
            match next_hop(&url, &response) {
                Some(next) => url = self.guard.check_url(&next?)?,
                None => return self.read(response).await,
            }
        }
        Err(GetError::Redirects(self.limits.redirects))
    }

    async fn read(&self, response: Response) -> Result<Vec<u8>, GetError> {
        let status = response.status();
        if status.is_server_error()
            || matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT
            )
        {
            return Err(GetError::Temporary(format!(
                "the server answered {}",
                status.as_u16()
            )));
        }
        if status != StatusCode::OK {
            return Err(GetError::Status(status.as_u16()));
        }
        read_up_to(response, self.limits.bytes).await
    }
}

/// Where a response sends us on to.
fn next_hop(from: &Url, response: &Response) -> Option<Result<String, Refusal>> {
    let redirects = [301, 302, 303, 307, 308].contains(&response.status().as_u16());
    let target = response.headers().get(LOCATION).filter(|_| redirects)?;
    let joined = target
        .to_str()
        .ok()
        .and_then(|target| from.join(target).ok());
    Some(joined.map(String::from).ok_or(Refusal::NotAUrl))
}

async fn read_up_to(mut response: Response, limit: usize) -> Result<Vec<u8>, GetError> {
    if response
        .content_length()
        .is_some_and(|length| length > limit as u64)
    {
        return Err(GetError::TooLarge(limit));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| of_transport(&error))?
    {
        if bytes.len() + chunk.len() > limit {
            return Err(GetError::TooLarge(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, GetError>>,
) -> Result<T, GetError> {
    timeout(limit, work)
        .await
        .unwrap_or_else(|_| Err(GetError::Temporary("it took too long".to_owned())))
}

/// The resolver's refusal, if that is what stopped the call. Addresses are left out of the words,
/// since they may hold a token.
fn of_transport(error: &reqwest::Error) -> GetError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(refusal) = inner.downcast_ref::<Refusal>() {
            return GetError::Refused(refusal.clone());
        }
        cause = inner.source();
    }
    GetError::Temporary(words_of(error).to_owned())
}

fn words_of(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    }
}

/// Posts to one address that the operator set, which may be a private one.
#[derive(Clone, Debug)]
pub struct Poster {
    client: Client,
    url: Url,
}

/// What the operator's app answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The status.
    pub status: u16,
    /// The seconds of its `Retry-After`, if it gave any.
    pub retry_after: Option<u32>,
}

/// A post that got no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct PostError {
    /// Why, without the address.
    pub reason: String,
}

impl Poster {
    /// A poster to a URL, answers awaited for `total` at most.
    ///
    /// # Errors
    /// When the URL is not one of HTTP, or the TLS library cannot be set up.
    pub fn new(url: &str, total: Duration) -> Result<Self, PostError> {
        let parsed = Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let url = parsed.ok_or_else(|| PostError {
            reason: "an http or https address is needed".to_owned(),
        })?;
        // A redirect could lead the signed words elsewhere, so none is followed.
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .no_gzip()
            .timeout(total)
            .user_agent("frontdesk")
            .build()
            .map_err(|_| PostError {
                reason: "TLS cannot be set up".to_owned(),
            })?;
        Ok(Self { client, url })
    }

    /// Whether what is posted can be read on the way: plain HTTP to another machine.
    #[must_use]
    pub fn is_open_to_all(&self) -> bool {
        let host = self
            .url
            .host_str()
            .unwrap_or_default()
            .trim_matches(['[', ']']);
        let here = host == "localhost"
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        self.url.scheme() == "http" && !here
    }

    /// Tries to connect, without sending anything.
    ///
    /// # Errors
    /// When there is no connection within `limit`.
    pub async fn reach(&self, limit: Duration) -> Result<(), PostError> {
        let host = self
            .url
            .host_str()
            .unwrap_or_default()
            .trim_matches(['[', ']']);
        let port = self.url.port_or_known_default().unwrap_or(443);
        match timeout(limit, TcpStream::connect((host, port))).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(PostError {
                reason: error.to_string(),
            }),
            Err(_) => Err(PostError {
                reason: "it took too long".to_owned(),
            }),
        }
    }

    /// Posts a body.
    ///
    /// # Errors
    /// When there was no answer, or only a part of one.
    pub async fn post(&self, headers: HeaderMap, body: Vec<u8>) -> Result<Posted, PostError> {
        let failed = |error: reqwest::Error| PostError {
            reason: words_of(&error).to_owned(),
        };
        let request = self
            .client
            .post(self.url.clone())
            .headers(headers)
            .body(body);
        let mut response = request.send().await.map_err(failed)?;
        let posted = Posted {
            status: response.status().as_u16(),
            retry_after: retry_after(response.headers()),
        };
        let mut read = 0;
        // The status decides; the rest is read so that the connection can be used again.
        while let Ok(Some(chunk)) = response.chunk().await {
            read += chunk.len();
            if read > MAX_ANSWER_BYTES {
                break;
            }
        }
        Ok(posted)
    }
}

fn retry_after(headers: &HeaderMap) -> Option<u32> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}
