//! What colleagues did between two starts of the app: shown until somebody has seen it, and not again.

use calyptia_api::{NewToken, Permission, TokenChange};
use calyptia_sandbox::Sandbox;
use secrecy::ExposeSecret as _;

use crate::{
    place::{DESKTOP, PROJECT, Place, client_beside, complaints, files_with, listed, project_of, step},
    window::{Theme, Window},
};

/// The app after a start: it signs in by itself and shows the list that was open.
async fn started(place: &Place, log: &str, server: &str) -> Window {
    let window = place.open(Theme::Light, log, server).await;
    window.wait_for_text("updated").await;
    window
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn what_colleagues_changed_is_shown_at_the_next_start_until_it_was_seen() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let (client, project) = (client_beside(&sandbox), project_of(&sandbox));
    let ids = listed(&client, project).await;
    let id = |name: &str| ids.iter().find(|(_, other)| other == name).unwrap().0.clone();

    step(
        "look at the list for the first time: there is no news, and who created a token stands beside its date",
    );
    let window = place.open(Theme::Light, "what-changed-1.log", &sandbox.url()).await;
    window.type_into("Bearer token", sandbox.bearer_token().expose_secret()).await;
    window.connect_to_new_server().await;
    window.click("button", PROJECT).await;
    window.wait_for_text("updated").await;
    window.choose_in_row("edge-agent-eu", "Edit").await;
    window.wait_for_text("by bo@acme.example").await;
    window.screenshot("created-by").await;
    window.click("button", "Cancel").await;
    assert!(!window.shows("since").await);
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());

    step("a colleague adds, raises and revokes");
    let new = NewToken::new("hotfix-2", vec![Permission::Read]).unwrap();
    client.create_token(project, &new).await.unwrap();
    let raise = TokenChange::new(None, Some(Permission::KNOWN.to_vec())).unwrap();
    client.update_token(&id("grafana-readonly"), &raise).await.unwrap();
    client.delete_token(&id("loki-bridge")).await.unwrap();

    step("the next start says so, also the one after it, as nobody has looked at it");
    for log in ["what-changed-2.log", "what-changed-3.log"] {
        let window = started(&place, log, &sandbox.url()).await;
        window.wait_for_text("1 can do more, 1 new and 1 gone since").await;
        window.screenshot("news").await;
        window.close().await;
    }
    let window = started(&place, "what-changed-4.log", &sandbox.url()).await;
    window.click("button", "1 can do more, 1 new and 1 gone since").await;
    for text in ["hotfix-2", "grafana-readonly", "loki-bridge"] {
        window.wait_for_text(text).await;
    }
    window.screenshot("what-changed").await;
    window.click("button", "Mark as seen").await;
    window.wait_until_gone("1 can do more").await;

    step("what is done here is no news");
    window.choose_in_row("hotfix-2", "Revoke").await;
    window.click("button.danger", "Revoke").await;
    window.wait_until_gone("hotfix-2").await;
    // The list shows it at once; the snapshot is written beside it.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());

    step("after another start there is nothing left to say");
    let window = started(&place, "what-changed-5.log", &sandbox.url()).await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert!(!window.shows("since").await);

    step("switched off, nothing of it stays on the disk");
    let config = place.folder.join("config");
    assert_eq!(files_with(&config, "ansible-bootstrap").len(), 1, "the control");
    window.press_with_control(',').await;
    window.click("label", "Show what changed since I last looked").await;
    window.wait_for_text("The records of earlier lists were deleted.").await;
    assert_eq!(files_with(&config, "ansible-bootstrap").len(), 0);
    window.click("button", "Close").await;
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}
