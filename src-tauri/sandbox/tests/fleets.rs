//! The fleets of a project.

use serde_json::{Value, json};

use crate::test_server::TestServer;

#[tokio::test]
async fn a_project_has_fleets_and_a_server_without_them_is_a_fault_away() {
    let server = TestServer::sample().await;
    let fleets = async |project| {
        let response = server.get(&format!("/v1/projects/{project}/fleets")).await;
        response.json::<Value>().await.unwrap()
    };
    let staging = json!([{"name": "staging"}, {"name": "load-test"}]);
    assert_eq!(fleets(server.project("Acme / staging")).await, staging);
    assert_eq!(fleets(server.project("An empty start")).await, json!([]));

    let without = TestServer::with_faults(&["/fleets:status=404"]).await;
    let path = format!("/v1/projects/{}/fleets", without.first_project());
    assert_eq!(without.get(&path).await.status(), 404);
}
