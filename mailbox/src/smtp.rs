//! The SMTP server: as much of RFC 5321 as programs need to send, on a loopback port.
//!
//! Some recipients are refused, to try out what a program does then: `bounce@…` for good (550),
//! `busy@…` for now (451).

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::mails::{Envelope, Mails};

/// The largest mail, in bytes.
pub const MAX_SIZE: usize = 10 << 20;
const MAX_LINE: usize = 2_048;
const MAX_RECIPIENTS: usize = 100;
const MAX_CONNECTIONS: usize = 64;
const PATIENCE: Duration = Duration::from_mins(5);

/// Takes mail until `stop`.
pub async fn serve(listener: TcpListener, mails: Mails, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, _) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection can't be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let (mails, stop) = (mails.clone(), stop.clone());
        tokio::spawn(async move {
            let _place = place;
            tokio::select! {
                () = stop.cancelled() => {}
                done = converse(stream, mails) => {
                    if let Err(error) = done {
                        tracing::debug!(%error, "a conversation broke off");
                    }
                }
            }
        });
    }
}

async fn converse(stream: TcpStream, mails: Mails) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (read, write) = stream.into_split();
    Session { read: BufReader::new(read), write, mails, greeted: false, envelope: None }.run().await
}

struct Session<R, W> {
    read: R,
    write: W,
    mails: Mails,
    greeted: bool,
    /// There once `MAIL` was accepted.
    envelope: Option<Envelope>,
}

/// What a line from the client turned out to be.
enum Line {
    Text(String),
    TooLong,
    End,
}

impl<R: AsyncBufRead + Unpin, W: AsyncWrite + Unpin> Session<R, W> {
    async fn run(mut self) -> io::Result<()> {
        self.say("220 mailbox ESMTP, delivers to nobody").await?;
        loop {
            let line = match timeout(PATIENCE, self.line()).await {
                Ok(line) => line?,
                Err(_) => return self.say("421 4.4.2 that took too long").await,
            };
            let text = match line {
                Line::Text(text) => text,
                Line::TooLong => {
                    self.say("500 5.5.2 the line is too long").await?;
                    continue;
                }
                Line::End => return Ok(()),
            };
            let (verb, rest) = text.split_once(' ').unwrap_or((&text, ""));
            match verb.to_ascii_uppercase().as_str() {
                "QUIT" => return self.say("221 2.0.0 bye").await,
                "DATA" => self.data().await?,
                verb => {
                    let answer = self.answer(verb, rest.trim());
                    self.say(answer).await?;
                }
            }
        }
    }

    fn answer(&mut self, verb: &str, rest: &str) -> &'static str {
        match verb {
            "HELO" | "EHLO" if rest.is_empty() => "501 5.5.4 who are you?",
            "HELO" => {
                (self.greeted, self.envelope) = (true, None);
                "250 mailbox"
            }
            "EHLO" => {
                (self.greeted, self.envelope) = (true, None);
                "250-mailbox\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES"
            }
            "MAIL" => self.mail(rest),
            "RCPT" => self.recipient(rest),
            "RSET" => {
                self.envelope = None;
                "250 2.0.0 forgotten"
            }
            "NOOP" => "250 2.0.0 still here",
            "VRFY" => "252 2.1.5 send it and see",
            _ => "500 5.5.1 not known here",
        }
    }

    fn mail(&mut self, rest: &str) -> &'static str {
        if !self.greeted {
            return "503 5.5.1 say EHLO first";
        }
        if self.envelope.is_some() {
            return "503 5.5.1 there is a sender already";
        }
        let Some((from, parameters)) = path(rest, "FROM:") else {
            return "501 5.5.4 MAIL FROM:<address>";
        };
        let size = parameters.split_whitespace().find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.eq_ignore_ascii_case("SIZE").then(|| value.parse::<usize>().unwrap_or(usize::MAX))
        });
        if size.is_some_and(|size| size > MAX_SIZE) {
            return "552 5.3.4 that is too much";
        }
        self.envelope = Some(Envelope { from: from.to_owned(), to: Vec::new() });
        "250 2.1.0 go on"
    }

    fn recipient(&mut self, rest: &str) -> &'static str {
        let Some(envelope) = &mut self.envelope else { return "503 5.5.1 say MAIL first" };
        let Some((to, _)) = path(rest, "TO:").filter(|(to, _)| to.contains('@')) else {
            return "501 5.5.4 RCPT TO:<address>";
        };
        if envelope.to.len() >= MAX_RECIPIENTS {
            return "452 4.5.3 too many recipients";
        }
        match to.split('@').next() {
            Some("bounce") => "550 5.1.1 nobody of that name",
            Some("busy") => "451 4.2.1 not now",
            _ => {
                envelope.to.push(to.to_owned());
                "250 2.1.5 go on"
            }
        }
    }

    async fn data(&mut self) -> io::Result<()> {
        let Some(envelope) = self.envelope.take_if(|envelope| !envelope.to.is_empty()) else {
            return self.say("503 5.5.1 say RCPT first").await;
        };
        self.say("354 until a line with a dot alone").await?;
        match timeout(PATIENCE, self.content()).await {
            Ok(content) => match content? {
                Some(content) => {
                    let kept = self.mails.keep(envelope, content);
                    let answer = match kept {
                        Ok(_) => "250 2.0.0 kept",
                        Err(error) => {
                            tracing::error!(%error, "a mail can't be written");
                            "451 4.3.0 it can't be written"
                        }
                    };
                    self.say(answer).await
                }
                None => self.say("552 5.3.4 that is too much").await,
            },
            Err(_) => self.say("421 4.4.2 that took too long").await,
        }
    }

    /// Everything up to the dot, with the dots that were added taken away; nothing if it is too
    /// much. Only a dot between two CRLF ends it, so that no mail can be smuggled within another.
    async fn content(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut content, mut fits) = (Vec::new(), true);
        loop {
            let begin = content.len();
            let room = u64::try_from(MAX_SIZE).unwrap_or(u64::MAX);
            let read = (&mut self.read).take(room).read_until(b'\n', &mut content).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let after_line =
                begin == 0 || content.get(..begin).is_some_and(|c| c.ends_with(b"\r\n"));
            if after_line && content.get(begin..) == Some(b".\r\n") {
                content.truncate(begin);
                return Ok(fits.then_some(content));
            }
            if after_line && content.get(begin) == Some(&b'.') {
                content.remove(begin);
            }
            if content.len() > MAX_SIZE {
                fits = false;
                // What decides about the end is kept.
                let tail = content.len().saturating_sub(2);
                content.drain(..tail);
            }
        }
    }

    async fn line(&mut self) -> io::Result<Line> {
        let mut line = Vec::new();
        let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX);
        (&mut self.read).take(limit).read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Ok(Line::End);
        }
        if !line.ends_with(b"\n") && line.len() >= MAX_LINE {
            while !line.ends_with(b"\n") && !line.is_empty() {
                line.clear();
                (&mut self.read).take(limit).read_until(b'\n', &mut line).await?;
            }
            return Ok(Line::TooLong);
        }
        Ok(Line::Text(String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.write.write_all(answer.as_bytes()).await?;
        self.write.write_all(b"\r\n").await?;
        self.write.flush().await
    }
}

/// The address and the parameters of `FROM:<address> parameters`.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (word, after) = rest.split_at_checked(keyword.len())?;
    let inside = after.trim_start().strip_prefix('<')?;
    let (address, parameters) = inside.split_once('>')?;
    let fits = word.eq_ignore_ascii_case(keyword)
        && address.len() <= 320
        && !address.chars().any(|c| c.is_whitespace() || c.is_control());
    fits.then_some((address, parameters))
}
