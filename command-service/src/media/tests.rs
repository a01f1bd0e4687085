//! Pictures from outside, honest and hostile.

use axum::{Router, body::Body, body::to_bytes};
use http::Request;
use jpeg_encoder::{ColorType, Encoder};
use serde_json::{Value, json};
use shared::{
    auth::{AccessTokens, ApiKeys, Authenticator},
    config::SecretKey,
    event_log::EventLog,
    http::{Edge, EdgeSettings},
    id::PersonId,
};
use uuid::Uuid;

use super::{
    decode::{ImageRejected, decode},
    http::{MediaState, routes},
};
use crate::{
    identity::testing::World,
    mail::tests::fixture::an_order,
    runtime::{BoxOffices, Limits},
    vault::{Persons, testing::vault},
};

/// A picture whose left half is red and whose right half is blue.
fn pixels(width: usize, height: usize) -> Vec<u8> {
    let pixel = |x: usize| if x < width / 2 { [220, 20, 20] } else { [20, 20, 220] };
    (0..height).flat_map(|_| (0..width).flat_map(pixel)).collect()
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let rgb = pixels(width.into(), height.into());
    Encoder::new(&mut bytes, 90).encode(&rgb, width, height, ColorType::Rgb).unwrap();
    bytes
}

/// The same with the metadata of a camera: held aside, and where it was.
fn from_a_camera() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"SECRET-PLACE");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let plain = jpeg(400, 200);
    [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
}

fn png(width: u32, height: u32, color: png::ColorType, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.add_text_chunk("Comment".to_owned(), "SECRET-PLACE".to_owned()).unwrap();
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    bytes
}

/// A PNG that says to be of that size, with nothing in it.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let crc = crc32(&header).to_be_bytes();
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d".as_slice(), &header, &crc, b"\0\0\0\x04IDAT\0\0\0\0\0\0\0\0"]
        .concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

#[test]
fn what_is_no_picture_is_refused_by_what_is_in_it() {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let html = b"<!doctype html><script>alert(1)</script>";
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
    for other in [svg.as_slice(), html, gif, b"", b"\xff\xd8", b"RIFF....WEBP"] {
        assert_eq!(decode(other, 1600), Err(ImageRejected::OtherType));
    }
}

#[test]
fn what_breaks_off_is_refused_wherever_it_does() {
    let whole = jpeg(300, 200);
    for part in [4, whole.len() / 4, whole.len() / 2, whole.len() * 9 / 10] {
        assert_eq!(decode(&whole[..part], 1600), Err(ImageRejected::Broken), "{part}");
    }
    let noise: Vec<u8> =
        (0_u32..120 * 120 * 3).map(|n| u8::try_from(n * n % 251).unwrap()).collect();
    let whole = png(120, 120, png::ColorType::Rgb, &noise);
    for part in [9, 40, whole.len() / 2] {
        assert_eq!(decode(&whole[..part], 1600), Err(ImageRejected::Broken), "{part}");
    }
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xff;
    assert_eq!(decode(&flipped, 1600), Err(ImageRejected::Broken));
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    for (width, height) in [(50_000, 50_000), (10_000, 2_401), (u32::MAX, u32::MAX), (10_001, 100)]
    {
        let refused = decode(&png_of(width, height), 1600);
        assert_eq!(refused, Err(ImageRejected::TooLarge), "{width} × {height}");
    }
    assert_eq!(decode(&png_of(99, 4000), 1600), Err(ImageRejected::TooSmall));
    assert_eq!(decode(&jpeg(99, 200), 1600), Err(ImageRejected::TooSmall));
}

#[test]
fn every_kind_of_png_becomes_plain_pixels() {
    let size = 100 * 100;
    for (color, channels) in [
        (png::ColorType::Grayscale, 1),
        (png::ColorType::GrayscaleAlpha, 2),
        (png::ColorType::Rgb, 3),
        (png::ColorType::Rgba, 4),
    ] {
        // Black, and nothing of it to be seen where there is transparency.
        let picture = decode(&png(100, 100, color, &vec![0; size * channels]), 1600).unwrap();
        let jpeg = picture.jpeg().unwrap();
        let back = decode(&jpeg, 1600).unwrap();
        assert_eq!(back.size(), (100, 100));
        let is_white = back == decode(&white(), 1600).unwrap();
        assert_eq!(is_white, channels % 2 == 0, "{color:?}");
    }
}

fn white() -> Vec<u8> {
    let white = png(100, 100, png::ColorType::Rgb, &vec![255; 30_000]);
    decode(&white, 1600).unwrap().jpeg().unwrap()
}

#[test]
fn a_picture_is_upright_and_nothing_but_a_picture() {
    let sent = from_a_camera();
    assert!(sent.windows(12).any(|part| part == b"SECRET-PLACE"), "seen to be there");
    let picture = decode(&sent, 1600).unwrap();
    assert_eq!(picture.size(), (200, 400), "it was held aside");
    let shown = picture.jpeg().unwrap();
    assert!(!shown.windows(6).any(|part| part == b"SECRET"));
    assert!(!shown.windows(4).any(|part| part == b"Exif"));
}

#[test]
fn what_hangs_on_to_a_picture_is_lost() {
    let polyglot = [jpeg(200, 200), b"<script>alert(1)</script>PK\x03\x04".to_vec()].concat();
    let shown = decode(&polyglot, 1600).unwrap().jpeg().unwrap();
    assert!(!shown.windows(8).any(|part| part == b"<script>"));
}

struct Site {
    world: World,
    edge: Edge,
    event: Uuid,
}

impl Site {
    async fn start() -> Self {
        let world = World::start().await;
        let (pool, clock) = (world.database.command().clone(), world.clock.clone());
        let persons = Persons::start(pool.clone(), vault());
        let log = EventLog::start(pool.clone());
        let offices = BoxOffices::new(log, pool.clone(), persons, clock.clone(), Limits::default());
        let ada = PersonId::new(Uuid::from_u128(0xADA));
        let event = an_order(&offices, &pool, ada).await.1.stream_id;
        let state = MediaState::new(pool.clone(), offices, clock.clone());
        let keys = ApiKeys::new(pool, clock);
        let authenticator = Authenticator::new(keys, AccessTokens::new(&SecretKey::new([3; 32])));
        let routes = routes().with_state(state);
        let edge = Edge::try_new(routes, Router::new(), authenticator, EdgeSettings::default());
        Self { world, edge: edge.unwrap(), event }
    }

    async fn put(&self, event: Uuid, key: Option<&str>, bytes: Vec<u8>) -> (u16, Value) {
        let mut request = Request::put(format!("/api/v1/events/{event}/image"))
            .header("content-type", "image/svg+xml")
            .header("content-length", bytes.len());
        if let Some(key) = key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let response = self.edge.respond(request.body(Body::from(bytes)).unwrap()).await;
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 100_000).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }
}

#[tokio::test]
async fn a_picture_is_kept_once_under_the_name_of_its_content() {
    let site = Site::start().await;
    let key = site.world.admin.clone();
    let (status, first) = site.put(site.event, Some(&key), jpeg(2400, 1200)).await;
    assert_eq!(status, 200, "{first}");
    assert_eq!((&first["width"], &first["height"]), (&json!(1600), &json!(800)));
    let (_, again) = site.put(site.event, Some(&key), jpeg(2400, 1200)).await;
    assert_eq!(first, again);
    let (kept, smaller): (i64, bool) = sqlx::query_as(
        "SELECT count(*), bool_and(length(small) < length(content)) FROM media.images",
    )
    .fetch_one(site.world.database.projection())
    .await
    .unwrap();
    assert_eq!((kept, smaller), (1, true));
    let url = first["image_url"].as_str().unwrap();
    let name = url.strip_prefix("/media/").and_then(|name| name.strip_suffix(".jpg"));
    assert_eq!(name.map(str::len), Some(64), "{url}");
}

#[tokio::test]
async fn pictures_are_refused_with_a_reason() {
    let site = Site::start().await;
    let key = site.world.admin.clone();
    let truncated = jpeg(400, 300)[..2000].to_vec();
    for (bytes, status, code) in [
        (b"<svg><script>alert(1)</script></svg>".to_vec(), 415, "image-type"),
        (truncated, 422, "image-broken"),
        (png_of(50_000, 50_000), 422, "image-too-large"),
        (jpeg(60, 60), 422, "image-too-small"),
        (vec![0; 5 * 1024 * 1024 + 1], 413, "payload-too-large"),
    ] {
        let (answered, body) = site.put(site.event, Some(&key), bytes).await;
        assert_eq!((answered, body["code"].as_str()), (status, Some(code)));
    }
    let nowhere = site.put(Uuid::from_u128(404), Some(&key), jpeg(200, 200)).await;
    assert_eq!(nowhere.0, 404);
    assert_eq!(site.put(site.event, None, jpeg(200, 200)).await.0, 401);
}

#[tokio::test]
async fn nobody_changes_the_pictures_of_others() {
    let site = Site::start().await;
    let world = &site.world;
    let made = world.send("POST", "/organizations", Some(&world.admin), json!({"name": "Other"}));
    let organization = made.await.text("organization_id");
    let keys = format!("/organizations/{organization}/api-keys");
    let body = json!({"label": "x", "role": "organizer"});
    let key = world.send("POST", &keys, Some(&world.admin), body).await.text("secret");
    assert_eq!(site.put(site.event, Some(&key), jpeg(200, 200)).await.0, 404);
}

#[tokio::test]
async fn an_event_has_had_fifty_pictures_at_most() {
    let site = Site::start().await;
    sqlx::query(
        "WITH made AS (
             INSERT INTO media.images (sha256, content, small, width, height, created_at)
             SELECT sha256(n::text::bytea), '', '', 1, 1, now() FROM generate_series(1, 50) AS n
             RETURNING sha256
         )
         INSERT INTO media.event_images SELECT $1, sha256, 'test', now() FROM made",
    )
    .bind(site.event)
    .execute(site.world.database.owner())
    .await
    .unwrap();
    let key = site.world.admin.clone();
    let (status, body) = site.put(site.event, Some(&key), jpeg(200, 200)).await;
    assert_eq!((status, body["code"].as_str()), (409, Some("too-many-images")));
}
