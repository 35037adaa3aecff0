//! H7 and C17: endless responses and lists are cut off, and the client's memory stays flat meanwhile. A program of its own, because its
//! allocator counts everything in the process.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
    time::Duration,
};

use calyptia_api::{
    BearerToken, Client, Error, Failure, Network, Options, Proxy, Refusal, Server, SizeLimits,
};
use peak_alloc::PeakAlloc;
use uuid::Uuid;

/// The tests measure the whole process, so they take turns.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const MOST_GROWTH: usize = 20 * 1024 * 1024;

/// What the server sends, and how the client has to fail.
struct Case {
    name: &'static str,
    head: &'static str,
    start: &'static [u8],
    /// Repeated as long as the client reads.
    again: Vec<u8>,
    ends: fn(&Failure) -> bool,
}

fn cases() -> Vec<Case> {
    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let row = r#"{"id":"00000000-0000-0000-0000-000000000001","name":"edge","permissions":["read:*"]},"#;
    let too_large = |failure: &Failure| matches!(failure, Failure::TooLarge);
    let undecodable = |failure: &Failure| matches!(failure, Failure::Undecodable(_));
    vec![
        Case { name: "rows", head: OK, start: b"[", again: row.repeat(800).into(), ends: too_large },
        Case {
            name: "a value",
            head: OK,
            start: br#"[{"id":""#,
            again: vec![b'a'; 64 * 1024],
            ends: undecodable,
        },
        Case { name: "white space", head: OK, start: b"[", again: vec![b' '; 64 * 1024], ends: too_large },
        Case {
            name: "gzip that unpacks to more and more",
            head: "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n",
            start: b"\x1f\x8b\x08\0\0\0\0\0\0\xff",
            again: vec![0; 64 * 1024],
            ends: undecodable,
        },
        Case {
            name: "an error",
            head: "HTTP/1.1 500 Oh\r\n",
            start: br#"{"error":""#,
            again: vec![b'a'; 64 * 1024],
            ends: |failure| matches!(failure, Failure::Refused(Refusal { status: 500, message: None, .. })),
        },
        Case {
            name: "a header",
            head: "HTTP/1.1 200 OK\r\nx-large: ",
            start: b"a",
            again: vec![b'a'; 64 * 1024],
            ends: |failure| matches!(failure, Failure::NotHttp),
        },
    ]
}

/// Responds to every connection in this way. It allocates nothing while it sends.
fn serve(head: &'static str, start: &'static [u8], again: Vec<u8>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let mut read = 0;
            while !request[..read].windows(4).any(|four| four == b"\r\n\r\n") {
                match stream.read(&mut request[read..]) {
                    Ok(more) if more > 0 => read += more,
                    _ => break,
                }
            }
            // A head without an end continues where the body would begin.
            let between: &[u8] = if head.ends_with("\r\n") { b"\r\n" } else { b"" };
            for piece in [head.as_bytes(), between, start] {
                let _ = stream.write_all(piece);
            }
            while stream.write_all(&again).is_ok() {}
        }
    });
    url
}

async fn list(client: &Client) -> Error {
    let mut list = client.tokens(Uuid::from_u128(9));
    loop {
        match list.next_batch().await {
            Ok(Some(batch)) => drop(batch),
            Ok(None) => panic!("it has no end"),
            Err(error) => return error,
        }
    }
}

/// Pages without end, each of this many rows, with a cursor of its own in a long header.
fn serve_pages(row: String, rows: usize) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        let padding = "c".repeat(8 * 1024);
        let length = (row.len() + 1) * rows + 1;
        let mut page = 0;
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 32 * 1024];
            loop {
                let mut read = 0;
                while !request[..read].ends_with(b"\r\n\r\n") {
                    match stream.read(&mut request[read..]) {
                        Ok(more) if more > 0 => read += more,
                        _ => break,
                    }
                }
                page += 1;
                let head = format!(
                    "HTTP/1.1 200 OK\r\nlink: <?before={page}-{padding}>; rel=next\r\ncontent-length: {length}\r\n\r\n"
                );
                let sent = stream.write_all(head.as_bytes()).and_then(|()| {
                    (0..rows).try_for_each(|n| {
                        stream.write_all(if n == 0 { b"[" } else { b"," })?;
                        stream.write_all(row.as_bytes())
                    })?;
                    stream.write_all(b"]")
                });
                if read == 0 || sent.is_err() {
                    break;
                }
            }
        }
    });
    url
}

#[tokio::test]
async fn c17_large_pages_without_end_are_bounded_with_all_rows_that_are_kept() {
    const MIB: u64 = 1024 * 1024;
    let _turn = TURN.lock().await;
    let name = "n".repeat(1_000_000);
    let permission = "p".repeat(1_000_000);
    for row in [
        format!(r#"{{"id":"a","name":"{name}","permissions":[]}}"#),
        format!(r#"{{"id":"a","name":"n","permissions":["{permission}"]}}"#),
        format!(r#"{{"id":"a","name":"n","permissions":[{}""]}}"#, r#""","#.repeat(300_000)),
        r#"{"id":"a","name":"n"}"#.to_owned(),
    ] {
        // Pages of a mebibyte or two, however large the rows are.
        let url = serve_pages(row.clone(), (MIB as usize).div_ceil(row.len()));
        let network = Network { proxy: Proxy::Direct, extra_certificates: None };
        let size_limits = SizeLimits { page: 2 * MIB, list: 32 * MIB };
        let client = Client::with_options(
            Server::parse(&url).expect("loopback"),
            BearerToken::parse("head.payload.signature").expect("a bearer token"),
            Options { network, size_limits, ..Options::default() },
        )
        .expect("a client");
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let mut list = client.tokens(Uuid::from_u128(9));
        let mut kept = 0;
        let mut longest = Vec::new();
        let reading = async {
            loop {
                match list.next_batch().await {
                    Ok(Some(batch)) => {
                        kept += batch.len();
                        if row.len() > 1_000 {
                            longest.extend(batch);
                        }
                    }
                    Ok(None) => panic!("it has no end"),
                    Err(error) => return error,
                }
            }
        };
        let error = tokio::time::timeout(Duration::from_secs(300), reading).await.expect("it is cut off");
        let growth = ALLOCATOR.peak_usage().saturating_sub(before);
        assert_eq!(error.failure, Failure::TooLarge);
        assert!(kept >= 30, "{kept} rows");
        assert!(growth < MOST_GROWTH, "{}: grew by {growth} bytes", &row[..60.min(row.len())]);
    }
}

#[tokio::test]
async fn h7_an_endless_response_is_cut_off_and_memory_stays_flat() {
    let _turn = TURN.lock().await;
    for Case { name, head, start, again, ends } in cases() {
        let url = serve(head, start, again);
        let network = Network { proxy: Proxy::Direct, extra_certificates: None };
        let client = Client::with_options(
            Server::parse(&url).expect("loopback"),
            BearerToken::parse("head.payload.signature").expect("a bearer token"),
            Options { network, ..Options::default() },
        )
        .expect("a client");
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        let asking = async { [list(&client).await, client.projects().await.expect_err("it has no end")] };
        let [listed, projects] =
            tokio::time::timeout(Duration::from_secs(60), asking).await.expect("it is cut off");
        let growth = ALLOCATOR.peak_usage().saturating_sub(before);
        assert!(ends(&listed.failure), "{name}: {listed:?}");
        assert!(
            ends(&projects.failure) || matches!(projects.failure, Failure::TooLarge),
            "{name}, read whole: {projects:?}"
        );
        assert!(growth < MOST_GROWTH, "{name}: grew by {growth} bytes");
    }
    // The control: memory that is kept does count.
    let before = ALLOCATOR.current_usage();
    let kept = vec![1_u8; MOST_GROWTH];
    assert!(ALLOCATOR.current_usage() - before >= kept.len());
}
