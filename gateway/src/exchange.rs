//! One request and its response: which service, on which connection, and what if that breaks.

use std::{convert::Infallible, rc::Rc};

use http::{HeaderValue, Method, Request, Response, header};
use hyper::body::{Body, Incoming};
use shared::http::TrustedProxies;

use crate::{
    answer::Answer,
    client_socket::Received,
    config::Limits,
    head::{self, Framing, Origin},
    meters,
    refusal::Refusal,
    request_body::{BodyTrouble, Fate, RequestBody},
    upstream::{Lost, Upstream, UpstreamConnection},
    watch::{Phase, Watch},
};

/// Both services, as one worker sees them.
pub(crate) struct Services {
    pub(crate) command: Rc<Upstream>,
    pub(crate) projection: Rc<Upstream>,
    pub(crate) limits: Limits,
    pub(crate) trusted_proxies: TrustedProxies,
}

/// What all exchanges on one connection share.
pub(crate) struct Client {
    pub(crate) origin: Origin,
    pub(crate) services: Rc<Services>,
    pub(crate) watch: Rc<Watch>,
    pub(crate) received: Rc<Received>,
}

impl Client {
    /// Answers one request, whatever happens.
    pub(crate) async fn answer(
        self: Rc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Answer>, Infallible> {
        self.watch.enter(Phase::Exchange);
        let traceparent = request.headers().get("traceparent").cloned();
        let fate = Rc::new(Fate::default());
        let outcome = self.exchange(request, &fate).await;
        self.received.clear();
        let mut response = outcome.unwrap_or_else(|refusal| {
            self.watch.enter(Phase::Idle);
            meters::refused(refusal);
            refusal.answer(traceparent)
        });
        if fate.is_unread() {
            // This connection ends here, because what follows is the rest of a body: say so, or the
            // client's next request gets no answer.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }

    async fn exchange(
        &self,
        request: Request<Incoming>,
        fate: &Rc<Fate>,
    ) -> Result<Response<Answer>, Refusal> {
        let (mut head, incoming) = request.into_parts();
        if !incoming.is_end_stream() {
            fate.expect_body();
        }
        let upstream = match head.method {
            Method::GET | Method::HEAD if head.uri.path() == "/gateway/healthz" => {
                self.watch.enter(Phase::Idle);
                return Ok(healthy());
            }
            Method::GET | Method::HEAD | Method::OPTIONS => &self.services.projection,
            Method::POST | Method::PUT | Method::PATCH | Method::DELETE => &self.services.command,
            _ => return Err(Refusal::MethodNotAllowed),
        };
        let framing = head::framing(&head, || self.received.names_content_length())?;
        head::rewrite_request(&mut head, &self.origin)?;
        let bytes_at_most = self.services.limits.body_bytes;
        let body = match framing {
            Framing::None => RequestBody::Empty,
            Framing::Length(length) if length > bytes_at_most => return Err(Refusal::BodyTooLarge),
            Framing::Length(_) | Framing::Chunked => {
                RequestBody::streamed(incoming, bytes_at_most, &self.watch, fate)
            }
        };
        self.forward(upstream, Request::from_parts(head, body), fate).await
    }

    async fn forward(
        &self,
        upstream: &Rc<Upstream>,
        request: Request<RequestBody>,
        fate: &Fate,
    ) -> Result<Response<Answer>, Refusal> {
        let (mut connection, spare) = match upstream.kept().await {
            Some(kept) => (kept, repeatable(&request)),
            None => (Box::pin(self.connect(upstream)).await?, None),
        };
        match connection.send(request, &self.watch).await {
            Ok(response) => Ok(self.pass_on(response, connection, upstream)),
            Err(lost) => {
                drop(connection);
                Box::pin(self.recover(lost, spare, upstream, fate)).await
            }
        }
    }

    /// Sends a request a second time if it can't have had an effect, else gives up.
    async fn recover(
        &self,
        lost: Lost,
        spare: Option<Request<RequestBody>>,
        upstream: &Rc<Upstream>,
        fate: &Fate,
    ) -> Result<Response<Answer>, Refusal> {
        if let Some(trouble) = fate.trouble() {
            return Err(blame(trouble));
        }
        let request = match (lost, spare) {
            (Lost::Unsent(request), _) => *request,
            (Lost::Unanswered, Some(spare)) => spare,
            (Lost::Unanswered, None) | (Lost::Broken, _) => return Err(Refusal::BadGateway),
            (Lost::TimedOut, _) => return Err(Refusal::GatewayTimeout),
        };
        upstream.meters.repeats.increment(1);
        let mut connection = self.connect(upstream).await?;
        match connection.send(request, &self.watch).await {
            Ok(response) => Ok(self.pass_on(response, connection, upstream)),
            Err(Lost::TimedOut) => Err(Refusal::GatewayTimeout),
            Err(Lost::Unsent(_) | Lost::Unanswered | Lost::Broken) => {
                Err(fate.trouble().map_or(Refusal::BadGateway, blame))
            }
        }
    }

    async fn connect(&self, upstream: &Upstream) -> Result<Box<UpstreamConnection>, Refusal> {
        upstream.connect(self.watch.times().connect).await.map_err(|error| {
            tracing::warn!(upstream = %upstream.address(), %error, "A service can't be reached");
            Refusal::Unavailable
        })
    }

    fn pass_on(
        &self,
        response: Response<Incoming>,
        connection: Box<UpstreamConnection>,
        upstream: &Rc<Upstream>,
    ) -> Response<Answer> {
        upstream.meters.answered(response.status());
        let (mut head, incoming) = response.into_parts();
        let is_event_stream = head
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        self.watch.enter(if is_event_stream { Phase::Stream } else { Phase::Response });
        head::rewrite_response(&mut head.headers);
        let body = Answer::forwarded(incoming, connection, upstream, &self.watch);
        Response::from_parts(head, body)
    }
}

fn healthy() -> Response<Answer> {
    let mut response = Response::new(Answer::own(r#"{"status":"ok"}"#));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A copy of a request that may be sent twice: one without effect and without a body.
fn repeatable(request: &Request<RequestBody>) -> Option<Request<RequestBody>> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let mut copy = Request::new(RequestBody::Empty);
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    copy.headers_mut().clone_from(request.headers());
    Some(copy)
}

fn blame(trouble: BodyTrouble) -> Refusal {
    match trouble {
        BodyTrouble::TooLarge => Refusal::BodyTooLarge,
        BodyTrouble::TooSlow => Refusal::BodyTooSlow,
        BodyTrouble::Broken => Refusal::Malformed("The body is not what its head promised."),
    }
}
