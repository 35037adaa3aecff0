//! Servers that ask to wait: reads do, once and within limits, and the wait can be watched.

use std::time::Duration;

use calyptia_api::{Client, Error, Failure, Project, Refusal, RetryAfterWaits};

use crate::support::{
    PATIENT, PROJECT, client, options, other_refusal,
    raw::{Answer, Server},
    reader, within,
};

/// Asks to wait with these headers, this many times; then it responds.
async fn busy(headers: impl Into<String>, times: usize) -> Server {
    let headers = headers.into();
    Server::start(move |request| {
        if request.number > times {
            Answer::json("[]")
        } else {
            Answer::body("429 Too Many Requests", &headers, "")
        }
    })
    .await
}

fn busy_for(seconds: u64) -> Failure {
    let retry_after = Some(Duration::from_secs(seconds));
    Failure::Refused(Refusal { retry_after, ..other_refusal(429) })
}

fn watched(server: &Server) -> (Client, RetryAfterWaits) {
    let options = options(PATIENT);
    let waits = options.waits.clone();
    (client(&server.url(), options), waits)
}

/// Lists projects, and returns the waits that were seen meanwhile.
async fn ask(server: &Server) -> (Result<Vec<Project>, Error>, Vec<Duration>) {
    let (client, waits) = watched(server);
    let mut watch = waits.watch();
    let mut seen = Vec::new();
    let asking = client.projects();
    tokio::pin!(asking);
    let answer = within("projects", async {
        loop {
            tokio::select! {
                answer = &mut asking => return answer,
                Ok(()) = watch.changed() => {
                    seen.extend(watch.borrow_and_update().map(|end| end - tokio::time::Instant::now()));
                }
            }
        }
    })
    .await;
    assert_eq!(*watch.borrow(), None, "no wait is left behind");
    (answer, seen)
}

#[tokio::test]
async fn h4_a_short_wait_is_observed_and_can_be_watched() {
    let dated = "date: Mon, 23 Nov 2026 12:00:00 GMT\r\nretry-after: Mon, 23 Nov 2026 12:00:01 GMT\r\n";
    for headers in ["retry-after: 1\r\n", dated] {
        let server = busy(headers, 1).await;
        let before = tokio::time::Instant::now();
        let (answer, waits) = ask(&server).await;
        assert_eq!(answer, Ok(vec![]), "{headers}");
        assert_eq!(waits.len(), 1, "{headers}");
        assert!(
            waits[0] <= Duration::from_secs(1) && before.elapsed() >= Duration::from_secs(1),
            "{headers}"
        );
        assert_eq!(server.seen().requests.len(), 2);
    }
}

#[tokio::test]
async fn h4_a_second_wait_is_not_observed() {
    // A date that has passed asks for no wait, and still only once.
    for headers in ["retry-after: 0\r\n", "retry-after: Thu, 01 Jan 1970 00:00:00 GMT\r\n"] {
        let server = busy(headers, usize::MAX).await;
        let (answer, _) = ask(&server).await;
        assert_eq!(answer.expect_err("still busy").failure, busy_for(0));
        assert_eq!(server.seen().requests.len(), 2, "{headers}");
    }
}

#[tokio::test]
async fn h4_a_wait_that_is_too_long_fails_at_once_with_its_length() {
    let dated = "date: Mon, 23 Nov 2026 12:00:00 GMT\r\nretry-after: Mon, 23 Nov 2026 14:46:39 GMT\r\n";
    for headers in ["retry-after: 9999\r\n", dated] {
        let server = busy(headers, 1).await;
        let (answer, waits) = ask(&server).await;
        let error = answer.expect_err("too long");
        assert_eq!(error.failure, busy_for(9999));
        assert!(error.is_retryable() && waits.is_empty());
        assert_eq!(server.seen().requests.len(), 1);
    }
}

#[tokio::test]
async fn h4_an_unreadable_wait_fails_at_once() {
    for value in ["-1", "1.5", "+2", "soon", "", "1 second", "Mon, 99 Nov 2026 12:00:07 GMT", "\u{ff}"] {
        let server = busy(format!("retry-after: {value}\r\n"), 1).await;
        let (answer, waits) = ask(&server).await;
        let failure = Failure::Refused(other_refusal(429));
        assert_eq!(answer.expect_err("busy").failure, failure, "{value:?}");
        assert!(waits.is_empty());
        assert_eq!(server.seen().requests.len(), 1, "{value:?}");
    }
}

#[tokio::test]
async fn h4_a_write_is_not_repeated_after_a_wait() {
    let server = busy("retry-after: 0\r\n", 1).await;
    let (client, _) = watched(&server);
    let error = client.create_token(PROJECT, &reader("x")).await.expect_err("busy");
    assert_eq!(error.failure, busy_for(0));
    assert!(error.is_retryable() && !error.outcome_unknown(), "it was not done");
    assert_eq!(server.seen().requests.len(), 1);
}

#[tokio::test]
async fn h4_a_wait_ends_when_its_call_is_dropped() {
    let server = busy("retry-after: 60\r\n", 1).await;
    let (client, waits) = watched(&server);
    let mut watch = waits.watch();
    // The value borrows the watch, to which a dropped call writes: it must not outlive its branch.
    let seen = async { within("the wait", watch.wait_for(Option::is_some)).await.map(drop) };
    tokio::select! {
        _ = client.projects() => panic!("it has to wait"),
        seen = seen => seen.expect("watched"),
    }
    assert_eq!(*watch.borrow(), None);
}
