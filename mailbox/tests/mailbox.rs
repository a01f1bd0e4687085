//! The mailbox as programs and people use it.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::net::SocketAddr;

use mailbox::{RunningMailbox, Settings};
use serde_json::Value;
use shared::clock::Clock;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

const MAIL: &str = "From: Fullhouse <tickets@example.org>\r\nTo: ada@example.org\r\n\
    Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n\
    --b\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
    --a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n..one dot\r\n\
    --a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<img src=\"cid:qr\"><script>x</script>\r\n\
    --a--\r\n\
    --b\r\nContent-Type: image/png; name=qr.png\r\nContent-Id: <qr>\r\n\
    Content-Disposition: inline; filename=qr.png\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    iVBORw==\r\n--b--\r\n";

#[tokio::test]
async fn a_mail_is_taken_read_and_shown() {
    let mailbox = RunningMailbox::start_local().await.unwrap();
    let mut client = Client::connect(mailbox.smtp_address()).await;
    client.send(MAIL, &["Ada@example.org", "bob@example.org"]).await;

    let found = get(&mailbox, "/api/messages?to=ADA%40").await.json();
    let mail = &found[0];
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(mail["subject"], "Grüße");
    assert_eq!(mail["message_id"], "1@example.org");
    assert_eq!(mail["from"], "Fullhouse <tickets@example.org>");
    assert_eq!(mail["text"], ".one dot");
    assert_eq!(mail["envelope_to"][1], "bob@example.org");
    assert_eq!(mail["attachments"][0]["name"], "qr.png");
    let path = format!("/api/messages/{}", mail["id"].as_str().unwrap());
    let shown = get(&mailbox, &format!("{path}/html")).await;
    assert!(shown.head.contains("sandbox allow-popups"), "{}", shown.head);
    assert!(shown.text().contains("<img src=\"data:image/png;base64,iVBORw==\">"));
    let picture = get(&mailbox, &format!("{path}/attachments/0")).await;
    assert!(picture.head.contains("content-type: image/png"), "{}", picture.head);
    assert_eq!(picture.body, b"\x89PNG");
    assert_eq!(get(&mailbox, "/api/messages?to=nobody").await.json(), Value::Array(vec![]));
    assert!(get(&mailbox, "/").await.text().contains("<title>Mailbox</title>"));
    mailbox.stop().await;
}

#[tokio::test]
async fn several_mails_go_through_one_connection_and_a_dot_needs_both_line_ends() {
    let mailbox = RunningMailbox::start_local().await.unwrap();
    let mut client = Client::connect(mailbox.smtp_address()).await;
    client
        .send("Subject: one\r\n\r\nfirst\n.\nMAIL FROM:<evil@example.org>\r\n", &["a@x.org"])
        .await;
    client.send("Subject: two\r\n\r\nsecond\r\n", &["a@x.org"]).await;
    let subjects: Vec<String> =
        mailbox.mails().to("a@x.org").iter().map(|mail| mail.subject.clone()).collect();
    assert_eq!(subjects, ["two", "one"]);
    let first = &mailbox.mails().to("a@x.org")[1];
    assert!(first.text.as_deref().unwrap().contains("evil@example.org"), "still the first mail");
}

#[tokio::test]
async fn what_is_out_of_order_too_long_or_unwanted_is_refused() {
    let mailbox = RunningMailbox::start_local().await.unwrap();
    let mut client = Client::connect(mailbox.smtp_address()).await;
    let long = format!("NOOP {}", "x".repeat(5_000));
    for (said, expected) in [
        ("MAIL FROM:<a@x.org>", "503"),
        ("EHLO", "501"),
        ("HELO me", "250"),
        ("RCPT TO:<b@x.org>", "503"),
        ("DATA", "503"),
        ("MAIL FROM:a@x.org", "501"),
        ("MAIL FROM:<a@x.org> SIZE=99999999", "552"),
        ("mail from:<> SIZE=10", "250"),
        ("MAIL FROM:<a@x.org>", "503"),
        ("RCPT TO:<nobody>", "501"),
        ("RCPT TO:<a b@x.org>", "501"),
        ("RCPT TO:<bounce@x.org>", "550"),
        ("RCPT TO:<busy@x.org>", "451"),
        ("DATA", "503"),
        (&long, "500"),
        ("NOOP", "250"),
        ("RSET", "250"),
        ("TURN", "500"),
    ] {
        assert!(client.ask(said).await.starts_with(expected), "{said:.40}");
    }
    assert!(mailbox.mails().to("").is_empty());
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_refused_and_the_next_one_taken() {
    let mailbox = RunningMailbox::start_local().await.unwrap();
    let mut client = Client::connect(mailbox.smtp_address()).await;
    client.begin(&["a@x.org"]).await;
    let line = format!("{}\r\n", "x".repeat(998));
    for _ in 0..=(mailbox::smtp::MAX_SIZE / line.len()) {
        client.stream.get_mut().write_all(line.as_bytes()).await.unwrap();
    }
    assert!(client.ask(".").await.starts_with("552"));
    client.send("Subject: small\r\n\r\n", &["a@x.org"]).await;
    assert_eq!(mailbox.mails().to("a@x.org").len(), 1);
}

#[tokio::test]
async fn mails_in_a_folder_outlive_a_restart_until_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings { smtp: free, page: free, folder: Some(folder.path().join("mails")) };
    let mailbox = RunningMailbox::start(settings.clone(), Clock::system()).await.unwrap();
    Client::connect(mailbox.smtp_address()).await.send(MAIL, &["ada@example.org"]).await;
    let before = mailbox.mails().to("ada")[0].clone();
    mailbox.stop().await;

    let mailbox = RunningMailbox::start(settings, Clock::system()).await.unwrap();
    let after = mailbox.mails().to("ada")[0].clone();
    assert_eq!((after.id, after.received_at), (before.id, before.received_at));
    assert_eq!((&after.envelope_to, &after.raw), (&before.envelope_to, &before.raw));
    mailbox.mails().clear().unwrap();
    assert_eq!(std::fs::read_dir(folder.path().join("mails")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_foreign_name_of_this_machine_shows_nothing() {
    let mailbox = RunningMailbox::start_local().await.unwrap();
    let answer = request(&mailbox, "/api/messages", "evil.example").await;
    assert!(answer.head.starts_with("HTTP/1.1 403"), "{}", answer.head);
}

struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        let stream = BufReader::new(TcpStream::connect(address).await.unwrap());
        let mut client = Self { stream };
        assert!(client.answer().await.starts_with("220"));
        client
    }

    async fn ask(&mut self, line: &str) -> String {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        self.answer().await
    }

    /// The last line of the answer.
    async fn answer(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.stream.read_line(&mut line).await.unwrap(), 0, "still connected");
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }

    async fn begin(&mut self, to: &[&str]) {
        assert!(self.ask("EHLO test").await.starts_with("250"));
        assert!(self.ask("MAIL FROM:<tickets@example.org>").await.starts_with("250"));
        for to in to {
            assert!(self.ask(&format!("RCPT TO:<{to}>")).await.starts_with("250"));
        }
        assert!(self.ask("DATA").await.starts_with("354"));
    }

    /// Sends what is stuffed with dots already.
    async fn send(&mut self, mail: &str, to: &[&str]) {
        self.begin(to).await;
        self.stream.get_mut().write_all(mail.as_bytes()).await.unwrap();
        assert!(self.ask(".").await.starts_with("250"));
    }
}

struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

async fn get(mailbox: &RunningMailbox, path: &str) -> Answer {
    request(mailbox, path, "localhost:8025").await
}

async fn request(mailbox: &RunningMailbox, path: &str, host: &str) -> Answer {
    let address = mailbox.page_url();
    let mut stream = TcpStream::connect(address.trim_start_matches("http://")).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    Answer { head, body: answer[end + 4..].to_vec() }
}
