//! Work on many threads whose results come in the order of the work.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Where a producer's work goes; says no when nobody wants more.
pub(crate) type Sink<'s, I> = &'s mut dyn FnMut(I) -> bool;

/// Runs `produce` on a thread of its own, `work` on as many as asked for, and
/// `consume` here, on results in the order in which their work was produced.
///
/// When `consume` fails, this returns at once and leaves the other threads
/// behind: one may wait for input that never comes. Nothing here bounds how
/// much is under way; the producer does. A thread that panics is an error.
pub(crate) fn ordered<I, O, E>(
    threads: usize,
    produce: impl FnOnce(Sink<'_, I>) + Send + 'static,
    work: impl Fn(I) -> O + Send + Sync + 'static,
    mut consume: impl FnMut(O) -> Result<(), E>,
) -> io::Result<Result<(), E>>
where
    I: Send + 'static,
    O: Send + 'static,
{
    if threads <= 1 {
        let mut result = Ok(());
        produce(&mut |item| {
            result = consume(work(item));
            result.is_ok()
        });
        return Ok(result);
    }
    let (to_workers, queue) = sync_channel::<(u64, I)>(threads);
    let queue = Arc::new(Mutex::new(queue));
    let (to_consumer, results) = channel::<(u64, Option<O>)>();
    let work = Arc::new(work);
    for _ in 0..threads {
        let (queue, results, work) = (queue.clone(), to_consumer.clone(), work.clone());
        thread::Builder::new().spawn(move || {
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((number, item)) = next else { return };
                let result = catch_unwind(AssertUnwindSafe(|| work(item))).ok();
                if results.send((number, result)).is_err() {
                    return;
                }
            }
        })?;
    }
    drop((queue, to_consumer));
    let producer = thread::Builder::new().spawn(move || {
        let mut number = 0;
        produce(&mut |item| {
            number += 1;
            to_workers.send((number - 1, item)).is_ok()
        });
    })?;
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, result) in results {
        early.insert(number, result);
        while let Some(result) = early.remove(&next) {
            next += 1;
            let result = result.ok_or_else(stopped)?;
            if let Err(error) = consume(result) {
                return Ok(Err(error));
            }
        }
    }
    // Nothing is to be taken for the end but the end.
    producer.join().map_err(|_| stopped())?;
    Ok(Ok(()))
}

fn stopped() -> io::Error {
    io::Error::other("a thread stopped, by a bug in unbake")
}
