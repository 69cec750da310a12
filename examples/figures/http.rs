//! As little HTTP/1.1 as the load needs: one kept-alive connection, whole answers with a length.

use std::net::SocketAddr;

use adapters::standard_webhooks::{Headers, Secrets};
use anyhow::{Context as _, bail, ensure};
use bot_core::port::clock::{Clock as _, SystemClock};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One connection, used for one request after the other.
pub(crate) struct Connection {
    stream: TcpStream,
    host: SocketAddr,
    received: Vec<u8>,
}

/// An answer: its status, and its body within the connection's buffer.
pub(crate) struct Answer<'c> {
    pub(crate) status: u16,
    pub(crate) body: &'c [u8],
}

impl Connection {
    pub(crate) async fn to(host: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host)
            .await
            .context("the desk takes no connection")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host,
            received: Vec::with_capacity(4_096),
        })
    }

    /// A signed POST of JSON.
    pub(crate) async fn post(
        &mut self,
        secrets: &Secrets,
        id: &str,
        path: &str,
        body: &[u8],
    ) -> anyhow::Result<Answer<'_>> {
        let signed = signed(secrets, id, body);
        let length = body.len();
        let host = self.host;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{signed}\r\n"
        );
        self.exchange(&[head.as_bytes(), body].concat()).await
    }

    /// A signed GET.
    pub(crate) async fn get(
        &mut self,
        secrets: &Secrets,
        id: &str,
        path: &str,
    ) -> anyhow::Result<Answer<'_>> {
        let signed = signed(secrets, id, path.as_bytes());
        let head = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n{signed}\r\n", self.host);
        self.exchange(head.as_bytes()).await
    }

    /// A GET that needs no signature.
    pub(crate) async fn plain_get(&mut self, path: &str) -> anyhow::Result<Answer<'_>> {
        let head = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.host);
        self.exchange(head.as_bytes()).await
    }

    async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let (status, head) = loop {
            self.more().await?;
            if let Some(head) = self.received.windows(4).position(|end| end == b"\r\n\r\n") {
                break (status(&self.received)?, head);
            }
        };
        let length = content_length(&self.received[..head])?;
        while self.received.len() < head + 4 + length {
            self.more().await?;
        }
        Ok(Answer {
            status,
            body: &self.received[head + 4..head + 4 + length],
        })
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        let read = self.stream.read_buf(&mut self.received).await?;
        ensure!(read > 0, "the desk closed the connection");
        Ok(())
    }
}

fn signed(secrets: &Secrets, id: &str, payload: &[u8]) -> String {
    let Headers {
        id,
        timestamp,
        signature,
    } = secrets.sign(id, SystemClock.now().0, payload);
    format!(
        "webhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: {signature}\r\n"
    )
}

fn status(received: &[u8]) -> anyhow::Result<u16> {
    let digits = received.get(9..12).context("this is no HTTP")?;
    Ok(std::str::from_utf8(digits)?.parse()?)
}

fn content_length(head: &[u8]) -> anyhow::Result<usize> {
    for line in std::str::from_utf8(head)?.split("\r\n") {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            return Ok(value.trim().parse()?);
        }
    }
    bail!("an answer without a length")
}
