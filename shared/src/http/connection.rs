//! One connection: noticed when it is slow or idle, closed so that the last answer arrives.

use std::{
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Sleep,
};

/// What a client that was refused early may still send before we stop listening.
const LINGER_BYTES: usize = 16 * 1024 * 1024;
const LINGER: Duration = Duration::from_secs(1);

/// What goes on on a connection. Written by its task only.
#[derive(Debug, Default)]
pub(super) struct Activity {
    answering: AtomicBool,
    bytes_read: AtomicU64,
    bytes_written: AtomicU64,
    // How much had been read when the last answer was ready: what came since is the beginning of
    // a request.
    read_when_answered: AtomicU64,
}

/// How long a connection may do nothing, by the ticks of whoever watches it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) ticks_for_head: u32,
    pub(super) ticks_idle: u32,
}

/// What the watcher saw at the last tick.
#[derive(Debug, Default)]
pub(super) struct Watch {
    bytes: u64,
    ticks_unchanged: u32,
    ticks_in_head: u32,
}

impl Activity {
    /// A request has been read up to its body.
    pub(super) fn begin(&self) {
        self.answering.store(true, Ordering::Relaxed);
    }

    /// Its answer is ready to be sent.
    pub(super) fn finish(&self) {
        let read = self.bytes_read.load(Ordering::Relaxed);
        self.read_when_answered.store(read, Ordering::Relaxed);
        self.answering.store(false, Ordering::Relaxed);
    }

    /// Whether the client has been too slow with the head of a request, or has let too long pass
    /// without sending or taking a byte. Called once per tick.
    pub(super) fn is_stalled(&self, watch: &mut Watch, patience: Patience) -> bool {
        if self.answering.load(Ordering::Relaxed) {
            *watch = Watch::default();
            return false;
        }
        let read = self.bytes_read.load(Ordering::Relaxed);
        let bytes = read.wrapping_add(self.bytes_written.load(Ordering::Relaxed));
        let in_head = read > self.read_when_answered.load(Ordering::Relaxed);
        watch.ticks_in_head = if in_head { watch.ticks_in_head + 1 } else { 0 };
        watch.ticks_unchanged = if bytes == watch.bytes { watch.ticks_unchanged + 1 } else { 0 };
        watch.bytes = bytes;
        watch.ticks_in_head > patience.ticks_for_head || watch.ticks_unchanged > patience.ticks_idle
    }
}

/// A TCP stream that counts its bytes and closes patiently: closing a socket with unread bytes
/// resets it, and a client that is still sending a refused body would never see the refusal.
pub(super) struct Stream {
    inner: TcpStream,
    activity: Arc<Activity>,
    lingering: Option<(Pin<Box<Sleep>>, usize)>,
}

impl Stream {
    pub(super) fn new(inner: TcpStream, activity: Arc<Activity>) -> Self {
        Self { inner, activity, lingering: None }
    }

    fn wrote(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = &written {
            let bytes = u64::try_from(*bytes).unwrap_or_default();
            self.activity.bytes_written.fetch_add(bytes, Ordering::Relaxed);
        }
        written
    }

    /// Reads and drops what still comes, until the client is done, or it is enough or too long.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let (timer, left) = self
            .lingering
            .get_or_insert_with(|| (Box::pin(tokio::time::sleep(LINGER)), LINGER_BYTES));
        let mut scratch = [0; 8192];
        loop {
            if timer.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            let mut buffer = ReadBuf::new(&mut scratch);
            match ready!(pin!(&mut self.inner).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {
                    *left = left.saturating_sub(buffer.filled().len());
                }
                Ok(()) | Err(_) => return Poll::Ready(()),
            }
            if *left == 0 {
                return Poll::Ready(());
            }
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buffer))?;
        let bytes = u64::try_from(buffer.filled().len() - before).unwrap_or_default();
        self.activity.bytes_read.fetch_add(bytes, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            ready!(Pin::new(&mut self.inner).poll_shutdown(cx))?;
        }
        self.poll_linger(cx).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience { ticks_for_head: 2, ticks_idle: 4 };

    /// After how many ticks the connection is given up, `each` happening before every tick.
    fn ticks_until_stalled(activity: &Activity, each: impl Fn(&Activity)) -> Option<u32> {
        let mut watch = Watch::default();
        (1..20).find(|_| {
            each(activity);
            activity.is_stalled(&mut watch, PATIENCE)
        })
    }

    fn reads(activity: &Activity) {
        activity.bytes_read.fetch_add(1, Ordering::Relaxed);
    }

    fn writes(activity: &Activity) {
        activity.bytes_written.fetch_add(1, Ordering::Relaxed);
    }

    #[test]
    fn an_idle_connection_is_given_up_after_a_while() {
        assert_eq!(ticks_until_stalled(&Activity::default(), |_| {}), Some(5));
    }

    #[test]
    fn a_head_that_trickles_in_is_given_up_sooner() {
        assert_eq!(ticks_until_stalled(&Activity::default(), reads), Some(3));
    }

    #[test]
    fn a_request_being_answered_is_left_alone() {
        let activity = Activity::default();
        activity.begin();
        assert_eq!(ticks_until_stalled(&activity, |_| {}), None);
    }

    #[test]
    fn an_answer_that_keeps_flowing_is_left_alone() {
        let activity = Activity::default();
        reads(&activity);
        activity.begin();
        activity.finish();
        assert_eq!(ticks_until_stalled(&activity, writes), None);
    }

    #[test]
    fn an_answer_nobody_takes_is_given_up() {
        let activity = Activity::default();
        reads(&activity);
        activity.begin();
        activity.finish();
        assert_eq!(ticks_until_stalled(&activity, |_| {}), Some(6));
    }
}
