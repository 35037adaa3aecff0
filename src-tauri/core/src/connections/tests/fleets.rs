//! The fleets that a snippet can be for.

use super::*;
use crate::{
    Kind,
    testing::{faults, sandbox},
};

#[tokio::test]
async fn the_fleets_of_a_project_are_asked_for_in_the_name_of_the_session() {
    let place = Place::new();
    let sandbox = sandbox(2, &[]).await;
    let (connections, id, project) = opened(&place, &sandbox).await;
    let session = connections.session(id).expect("signed in");
    let names = session.fleet_names(project).await.expect("fleets");
    assert_eq!(names, ["edge-eu", "edge-us", "payments \"PCI\""]);

    sandbox.set_faults(faults(&["/fleets:status=404"]));
    session.fleet_names(project).await.expect_err("a server without fleets");

    sandbox.set_faults(faults(&["/fleets:hang"]));
    let newer = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        sandbox.set_faults(Vec::new());
        session.fleet_names(project).await
    };
    let (superseded, newer) = tokio::join!(session.fleet_names(project), newer);
    assert_eq!(superseded.expect_err("replaced").code, ErrorCode::Superseded);
    assert_eq!(newer.expect("fleets"), names);

    sandbox.set_faults(faults(&["/fleets:hang"]));
    let stopped = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        session.cancel(Kind::Fleets);
    };
    let (stopped, ()) = tokio::join!(session.fleet_names(project), stopped);
    assert_eq!(stopped.expect_err("nobody waits any more").code, ErrorCode::Cancelled);
}

#[tokio::test]
async fn the_page_learns_the_last_format_of_a_snippet_at_the_next_start() {
    let place = Place::new();
    place.connections().set_snippet_format(SnippetFormat::KubernetesSecret).await.expect("saved");
    let startup = place.connections().startup("1", None, None);
    assert_eq!(startup.snippet_format, SnippetFormat::KubernetesSecret);
}
