//! Copying the details of a problem.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use secrecy::ExposeSecret as _;

use super::*;

const VALUE: &str = "eyJUb2tlbklEIjoiNWYwYzZhOGUtNWE2My00ZjBhLTlhMGUtMmY4ZjBhM2Y5ZjEwIiwiUHJvamVjdElEIjoiMGUwZDBhNTItNmY3Yi00YTM3LThlMmUtN2Q4YTNhM2QxYzExIn0.abababababababababababababababababababababababababababababababab";

#[tokio::test]
async fn the_details_of_a_problem_are_copied_as_they_are_and_what_holds_a_token_is_refused() {
    let place = Place::new();
    let connections = place.connections();
    let details = "Error: Server error (503).\nHost: cloud-api.calyptia.com\nTime: 2026-11-28T05:02:00+01:00";
    connections.copy_problem_details(details).await.expect("copied");
    assert_eq!(place.board.text().as_deref(), Some(details));
    let bearer = token_of("ana");
    let encoded = BASE64_STANDARD.encode(VALUE);
    let long = "long ".repeat(2_000);
    for text in [VALUE, bearer.secret().expose_secret(), &encoded, "Error\u{1b}[2J", &long] {
        let refused = connections.copy_problem_details(&format!("Error: {text}")).await;
        assert_eq!(code(refused), ErrorCode::Internal, "{text}");
    }
    assert_eq!(place.board.text().as_deref(), Some(details));
}

#[tokio::test]
async fn a_value_that_is_still_being_fetched_does_not_take_their_place() {
    let place = Place::new();
    let sandbox = crate::testing::sandbox(1, &["GET:latency=300"]).await;
    let (connections, id, _) = opened(&place, &sandbox).await;
    let rows = connections.session(id).expect("signed in").rows(crate::testing::by_name(), 0, 1, None);
    let token = rows.rows[0].id.clone();
    let value = connections.copy_token(id, &token, None);
    let details = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        connections.copy_problem_details("Error: no").await.expect("copied");
    };
    let (copied, ()) = tokio::join!(value, details);
    assert_eq!(code(copied), ErrorCode::Superseded);
    assert_eq!(place.board.text().as_deref(), Some("Error: no"));
}
