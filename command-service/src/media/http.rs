//! The route of pictures.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State};
use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;
use shared::{
    auth::{Action, Caller, Resource},
    clock::Clock,
    http::{Ids, Problem, Upload, guarded},
    id::EventId,
};
use sqlx::PgPool;
use thiserror::Error;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    decode::{ImageRejected, LONGEST, MOST_PIXELS, SHORTEST, decode},
    picture::EncodeError,
    store::{self, Kept, Ready},
};
use crate::runtime::BoxOffices;

/// The longest side of a picture as pages show it, and as lists do.
const SHOWN: usize = 1_600;
const SMALL: usize = 640;
/// Decoding takes hundreds of megabytes at worst: one at a time.
const AT_ONCE: usize = 1;
const PATIENCE: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_secs(3);

/// What the route works with. Clones share everything.
#[derive(Clone)]
pub struct MediaState {
    pool: PgPool,
    offices: BoxOffices,
    clock: Clock,
    places: Arc<Semaphore>,
}

impl MediaState {
    pub fn new(pool: PgPool, offices: BoxOffices, clock: Clock) -> Self {
        Self { pool, offices, clock, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// The routes of this folder.
pub fn routes() -> OpenApiRouter<MediaState> {
    OpenApiRouter::new().routes(guarded(Action::ManageEvent, routes!(put_image)))
}

/// A picture that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImageAnswer {
    /// Its address on this site: give it to the event as `image_url`. It never shows anything else.
    #[schema(
        example = "/media/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.jpg"
    )]
    image_url: String,
    width: i32,
    height: i32,
}

/// Takes in a picture for an event, JPEG or PNG of at most 5 MB and 24 million pixels.
///
/// It is decoded, turned upright, made no larger than it is shown, and encoded anew: place, camera and
/// whatever else was in the file are gone. The event shows it once its `image_url` says so.
#[utoipa::path(
    put,
    path = "/events/{event_id}/image",
    tag = "Events",
    params(("event_id" = EventId, Path)),
    request_body(content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
    responses(
        (status = 200, description = "The picture is there", body = ImageAnswer),
        (status = 409, description = "The event has had as many pictures as it may"),
        (status = 415, description = "Neither JPEG nor PNG, whatever it says to be"),
        (status = 422, description = "Broken, too large or too small")
    )
)]
async fn put_image(
    State(state): State<MediaState>,
    Ids(event): Ids<EventId>,
    caller: Caller,
    Upload(bytes): Upload,
) -> Result<Json<ImageAnswer>, Problem> {
    let organization = state.offices.inspect(event, |office, _| office.view()).await;
    let organization = organization.map_err(Problem::from)?.ok_or_else(Problem::not_found)?;
    caller.may(Resource::Organization(organization.organization_id))?;
    let ready = prepare(&state, bytes).await?;
    let (who, at) = (caller.audit_name(), state.clock.now());
    match store::keep(&state.pool, event, &ready, (&who, at)).await? {
        Kept::At(image_url) => {
            Ok(Json(ImageAnswer { image_url, width: ready.width, height: ready.height }))
        }
        Kept::TooMany => {
            let detail = "This event has had fifty pictures. Use one of them.";
            Err(Problem::conflict("too-many-images", detail))
        }
    }
}

/// Why a picture can't be shown.
#[derive(Debug, Error)]
enum PrepareError {
    #[error(transparent)]
    Rejected(#[from] ImageRejected),
    #[error(transparent)]
    Encode(#[from] EncodeError),
    #[error("the picture is larger than it can be")]
    Size(#[from] std::num::TryFromIntError),
}

async fn prepare(state: &MediaState, bytes: Bytes) -> Result<Ready, Problem> {
    let place = timeout(PATIENCE, Arc::clone(&state.places).acquire_owned()).await;
    let Ok(Ok(place)) = place else {
        let detail = "Other pictures are being taken in. Nothing was done; repeat it soon.";
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail);
        return Err(problem.retry_after(AGAIN));
    };
    let prepared = spawn_blocking(move || {
        let _place = place;
        ready(&bytes)
    });
    match prepared.await {
        Ok(Ok(ready)) => Ok(ready),
        Ok(Err(PrepareError::Rejected(rejected))) => Err(rejected.into()),
        Ok(Err(error)) => Err(Problem::internal(&error)),
        // A decoder that panics has met a file that no camera made.
        Err(error) => {
            tracing::warn!(%error, "a picture broke its decoder");
            Err(ImageRejected::Broken.into())
        }
    }
}

fn ready(bytes: &[u8]) -> Result<Ready, PrepareError> {
    let picture = decode(bytes, SHOWN)?;
    let (width, height) = picture.size();
    Ok(Ready {
        content: picture.jpeg()?,
        small: picture.within(SMALL).jpeg()?,
        width: i32::try_from(width)?,
        height: i32::try_from(height)?,
    })
}

impl From<ImageRejected> for Problem {
    fn from(rejected: ImageRejected) -> Self {
        let unacceptable =
            |code, detail: String| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail);
        match rejected {
            ImageRejected::OtherType => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "image-type",
                "Pictures are JPEG or PNG files.",
            ),
            ImageRejected::Broken => {
                unacceptable("image-broken", "The file is broken or incomplete.".to_owned())
            }
            ImageRejected::TooLarge => unacceptable(
                "image-too-large",
                format!(
                    "At most {} million pixels, and {LONGEST} on either side.",
                    MOST_PIXELS / 1_000_000
                ),
            ),
            ImageRejected::TooSmall => unacceptable(
                "image-too-small",
                format!("At least {SHORTEST} pixels on either side."),
            ),
        }
    }
}
