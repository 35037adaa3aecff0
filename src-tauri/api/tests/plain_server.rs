//! The client against a server that is not the sandbox: as terse as the API allows, under a path of its own, and with the
//! peculiarities of real servers and proxies.

use calyptia_api::{Access, Permission};

use crate::support::{
    PROJECT, list, plain_client,
    raw::{Answer, Server},
    reader,
};

#[tokio::test]
async fn a_terse_server_is_enough_to_list_and_create() {
    let server = Server::start(|request| {
        if request.line().starts_with("POST") {
            // 200 for 201, and no date.
            return Answer::json(
                r#"{"id":"00000000-0000-0000-0000-000000000003","token":"opaque","name":"new","permissions":["read:*"]}"#,
            );
        }
        let rows = r#"[{"id":"00000000-0000-0000-0000-000000000001","token":"****","name":"a","permissions":null,"createdAt":"?"},
            {"id":"00000000-0000-0000-0000-000000000002","name":"b","permissions":["read:*","future:x"],"more":{"x":[]}}]"#;
        // In chunks that end in the middle of a row.
        let (one, two) = rows.split_at(90);
        Answer::keep(format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
            one.len(),
            two.len()
        ))
    })
    .await;
    let client = plain_client(&format!("{}/calyptia/", server.url()));
    let (tokens, end) = list(&client, PROJECT).await;
    assert_eq!(end, Ok(()));
    assert_eq!(tokens.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(Access::of(tokens[0].permissions.as_deref()), Access::Full { named: false });
    assert_eq!(tokens[1].permissions, Some(vec![Permission::Read, Permission::Other("future:x".into())]));
    assert!(tokens.iter().all(|token| token.suffix.is_none()), "a redacted list has no suffix");
    assert_eq!(client.create_token(PROJECT, &reader("new")).await.expect("created").name, "new");

    let tokens = "/calyptia/v1/projects/00000000-0000-0000-0000-000000000009/tokens";
    assert_eq!(server.lines(), [format!("GET {tokens}?last=2000"), format!("POST {tokens}")]);
    let requests = server.seen().requests;
    for request in &requests {
        assert_eq!(request.header("authorization"), Some("Bearer head.payload.signature"));
        assert_eq!(request.header("accept-encoding"), Some("identity"));
    }
    assert_eq!(requests[1].body, r#"{"name":"new","permissions":["read:*"]}"#);
}
