//! No error contains a secret: not as text, not in `Debug`, not as the JSON that crosses to the page, whatever a server
//! puts into its responses.

use std::{collections::BTreeSet, time::Duration};

use calyptia_api::{
    BearerToken, Client, Error, ExtraCertificates, Network, NewToken, Options, Permission, Proxy,
    ProxyAddress, Server, Timeouts, TokenChange, TokenId,
};
use calyptia_core::messages::Problem;
use calyptia_test_support::{raw, within};
use calyptia_vault::VaultError;
use secrecy::ExposeSecret as _;
use uuid::Uuid;

/// In the bearer token, in tokens' values, and in everything that a server says about either.
const CANARY: &str = "canary";
const BEARER: &str = "head.canary-of-the-bearer.signature";
const VALUE: &str = "eyJUb2tlbklEIjoiY2FuYXJ5In0.canary-of-a-value";

fn client(url: &str) -> Client {
    let network = Network { proxy: Proxy::Direct, extra_certificates: None };
    let timeouts = Timeouts {
        connect: Duration::from_millis(300),
        response: Duration::from_millis(300),
        read: Duration::from_millis(300),
        body: Duration::from_millis(300),
    };
    let bearer = BearerToken::parse(BEARER).expect("a bearer");
    let server = Server::parse(url).expect("an address");
    Client::with_options(server, bearer, Options { network, timeouts, ..Options::default() })
        .expect("a client")
}

/// Responses that fail some call, most of them with secrets in them.
fn answers() -> Vec<String> {
    let secrets = format!("{BEARER} {VALUE}");
    let mut answers = Vec::new();
    for status in [400, 401, 403, 404, 409, 410, 418, 422, 429, 500, 502] {
        for body in [
            format!(r#"{{"error":"{BEARER}"}}"#),
            format!(r#"{{"error":"no: BearerToken {BEARER} and {VALUE}","more":"{secrets}"}}"#),
            format!("<h1>{secrets}</h1>"),
        ] {
            let headers =
                format!("x-echo: {secrets}\r\nretry-after: {secrets}\r\ncontent-length: {}", body.len());
            answers.push(format!("HTTP/1.1 {status} {BEARER}\r\n{headers}\r\n\r\n{body}"));
        }
    }
    answers.push(format!("HTTP/1.1 302 Found\r\nlocation: http://{BEARER}/\r\ncontent-length: 0\r\n\r\n"));
    for body in [
        format!("canary {secrets}"),
        format!(r#"[{{"id":"{VALUE}","token":"{VALUE}","name":"{VALUE}"}},"{VALUE}"]"#),
        format!(r#"[{{"id":{VALUE}}}]"#),
        format!(r#"[{{"{VALUE}":"{VALUE}"}}]"#),
        format!(r#"{{"id":"a","token":["{VALUE}"],"name":"{VALUE}"}}"#),
        format!(r#"{{"id":"a","name":"n","token":"{VALUE}"#),
    ] {
        let length = body.len();
        answers.push(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"));
        answers.push(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", length + 1));
        answers.push(format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\r\n{body}"
        ));
    }
    let link = format!("<http://{CANARY}.example/{BEARER}?before={VALUE}>; rel=next");
    answers.push(format!("HTTP/1.1 200 OK\r\nlink: {link}\r\ncontent-length: 2\r\n\r\n[]"));
    let large = "canary".repeat(300_000);
    answers.push(format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{{\"id\":\"{large}\"}}",
        large.len() + 9
    ));
    answers.push(format!("{BEARER} is not HTTP\r\n\r\n"));
    answers.push(String::new());
    answers
}

async fn errors(client: &Client) -> Vec<Error> {
    let id = TokenId::from("a");
    let new = NewToken::new(VALUE, vec![Permission::Read]).expect("permissions");
    let change = TokenChange::new(Some(VALUE.into()), None).expect("a change");
    let mut errors = Vec::new();
    errors.extend(client.health().await.err());
    errors.extend(client.projects().await.err());
    errors.extend(client.create_token(Uuid::nil(), &new).await.err());
    errors.extend(client.token(&id).await.err());
    errors.extend(client.token(&TokenId::from("..")).await.err());
    errors.extend(client.update_token(&id, &change).await.err());
    errors.extend(client.delete_token(&id).await.err());
    let mut list = client.tokens(Uuid::nil());
    loop {
        match list.next_batch().await {
            Ok(Some(_)) => {}
            Ok(None) => return errors,
            Err(error) => {
                errors.push(error);
                return errors;
            }
        }
    }
}

fn rendered(error: impl std::error::Error + Clone + Into<Problem>) -> String {
    let problem: Problem = error.clone().into();
    let json = serde_json::to_string(&problem).expect("JSON");
    format!("{error}\n{error:?}\n{error:#?}\n{problem:?}\n{json}\n")
}

#[tokio::test]
async fn no_error_contains_a_secret() {
    let mut text = String::new();
    let mut kinds = BTreeSet::new();
    let mut note = |errors: Vec<Error>| {
        for error in errors {
            let debug = format!("{:?}", error.failure);
            kinds.insert(debug.split(['(', ' ', '{']).next().unwrap_or_default().to_owned());
            text += &rendered(error);
        }
    };
    for answer in answers() {
        let server = raw::Server::start(move |_| raw::Answer::last(answer.clone())).await;
        note(within("errors", errors(&client(&server.url()))).await);
    }
    let silent = raw::Server::start(|_| raw::Answer::stall("HTTP/1.1 200 OK\r\n")).await;
    note(within("errors", errors(&client(&silent.url()))).await);
    note(within("errors", errors(&client("https://api.test.invalid"))).await);
    let all = [
        "Interrupted",
        "InvalidRequest",
        "NotConnected",
        "NotHttp",
        "NotTheApi",
        "Pagination",
        "Redirected",
        "Refused",
        "TimedOut",
        "TooLarge",
        "Undecodable",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), all, "every kind of failure was met");

    for input in ["", CANARY, VALUE, "canary canary", &CANARY.repeat(5_000)] {
        text += &BearerToken::parse(input).err().map(rendered).unwrap_or_default();
    }
    for address in ["canary", "http://canary.example", "https://canary:canary@host", "https://host/?canary"] {
        text += &Server::parse(address).err().map(rendered).unwrap_or_default();
    }
    for address in ["http://ana:canary@proxy:3128", "ftp://canary", "http://proxy/canary"] {
        text += &rendered(ProxyAddress::parse(address).expect_err("not a proxy"));
    }
    for pem in ["canary", "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n"] {
        text += &rendered(ExtraCertificates::parse(pem.as_bytes()).expect_err("no certificate"));
    }
    for error in [VaultError::NoBus, VaultError::Unrecognized, VaultError::Failed { kind: "x".into() }] {
        text += &rendered(error);
    }
    let bearer = BearerToken::parse(BEARER).expect("a bearer");
    let client = client("http://127.0.0.1:9");
    let token: calyptia_api::Token =
        serde_json::from_str(&format!(r#"{{"id":"a","name":"n","token":"{VALUE}"}}"#)).expect("a token");
    text += &format!("{bearer:?} {client:?} {token:?} {:?}", token.value);

    assert!(
        !text.contains(CANARY),
        "{}",
        text.lines().find(|line| line.contains(CANARY)).unwrap_or_default()
    );
    // The control: they are there where they are asked for.
    assert!(
        bearer.secret().expose_secret().contains(CANARY)
            && token.value.expect("a value").secret().expose_secret().contains(CANARY)
    );
    assert!(text.contains("unauthenticated") && text.lines().count() > 1_000);
}
