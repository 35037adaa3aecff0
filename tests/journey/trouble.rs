//! Days on which the server or the network is unwell: what is on screen stays, its state is told, and the way on works.

use std::time::Duration;

use calyptia_api::{NewToken, Permission, TokenChange};
use calyptia_sandbox::{Method, Running, Sandbox};
use secrecy::ExposeSecret as _;

use crate::{
    place::{
        DESKTOP, PROJECT, Place, client_beside, complaints, listed, project_of, sent, set_faults, step,
        until_rows,
    },
    window::{Theme, Window},
};

const REFRESH: &str = "Refresh";

async fn refresh_with(window: &Window, sandbox: &Running, faults: &[&str]) {
    set_faults(sandbox, faults);
    window.click("button", REFRESH).await;
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn n1_the_list_survives_every_bad_day_and_comes_back() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let window = place.connected(Theme::Dark, "trouble.log", &sandbox).await;
    let rows = until_rows(&window, |rows| rows.len() > 5).await;
    let name = |row: &String| row.split(" | ").next().unwrap().to_owned();
    let stays =
        async || assert_eq!(window.rows().await.first().map(name), Some(name(&rows[0])), "the list stays");

    step("N1: nobody answers: the list stays, marked with its age, and comes back by itself");
    refresh_with(&window, &sandbox, &["refuse"]).await;
    window.wait_for_text("Showing the list from").await;
    stays().await;
    window.screenshot("offline-list").await;
    set_faults(&sandbox, &[]);
    window.wait_until_gone("Showing the list from").await;
    window.wait_for_text("updated just now").await;

    step("N7: a sign-in page answers");
    refresh_with(&window, &sandbox, &["html"]).await;
    window.wait_for_text("it isn’t the Calyptia API").await;
    stays().await;
    window.screenshot("sign-in-page").await;

    step("H1: a redirect is not followed");
    refresh_with(&window, &sandbox, &["redirect=http://127.0.0.1:9/"]).await;
    window.wait_for_text("redirected the request").await;
    stays().await;

    step("H4: the server asks for a pause, which counts down, and then the list is there");
    refresh_with(&window, &sandbox, &["status=429,retry-after=3@1"]).await;
    window.wait_for_text("Continuing in").await;
    stays().await;
    window.screenshot("pause").await;
    window.wait_for_text("updated just now").await;
    window.wait_until_gone("Continuing in").await;

    step("H4: a pause that is too long is told with its length, and not sat out");
    refresh_with(&window, &sandbox, &["status=429,retry-after=9999"]).await;
    window.wait_for_text("Rate limited").await;
    window.screenshot("long-pause").await;

    step("H5: the server's own trouble");
    refresh_with(&window, &sandbox, &["status=500,body=html"]).await;
    window.wait_for_text("Server error (500)").await;
    stays().await;

    step("D1: an answer that cannot be read");
    refresh_with(&window, &sandbox, &["bad-json"]).await;
    window.wait_for_text("the app doesn’t understand").await;
    window.screenshot("unreadable-answer").await;

    step("D7: pages in a circle: the rows that came are shown as incomplete");
    refresh_with(&window, &sandbox, &["page-size=5", "cycle"]).await;
    window.wait_for_text("didn’t return the whole list").await;
    window.screenshot("incomplete").await;

    step("N2: silence in the middle; Stop ends it at once");
    refresh_with(&window, &sandbox, &["stall=900"]).await;
    window.click("button", "Stop loading").await;
    window.wait_for_text("stopped.").await;
    window.screenshot("stopped").await;

    step("N8: ten refreshes at once are one request");
    set_faults(&sandbox, &["latency=600"]);
    let before = sandbox.requests().len();
    for _ in 0..10 {
        window.press_with_control('r').await;
    }
    window.wait_for_text("updated just now").await;
    assert_eq!(sandbox.requests().len(), before + 1);

    step("D3, D5, D6: odd rows are shown literally, and nothing of them is run");
    refresh_with(&window, &sandbox, &["odd-rows"]).await;
    window.wait_for_text("updated just now").await;
    window.screenshot("odd-rows").await;
    for (filter, shown) in [
        ("onerror", "<img src=x onerror=alert(1)> |"),
        ("7*7", "{{7*7}} ${7*7} #{7*7} %s %n |"),
        ("permissions a text", "| unreadable |"),
        ("permission unknown", "future:x"),
        ("at garbage", "| unknown date"),
    ] {
        window.type_into("Filter tokens", filter).await;
        let found = until_rows(&window, |rows| rows.len() == 1).await;
        assert!(found[0].contains(shown), "{found:?}");
    }
    window.type_into("Filter tokens", "WWWW").await;
    until_rows(&window, |rows| rows.len() == 1).await;
    window.screenshot("long-name").await;
    window.choose_in_row("WWWW", "Revoke").await;
    window.wait_for_text("This can’t be undone").await;
    window.screenshot("long-name-revoke").await;
    window.click("button", "Cancel").await;
    window.click("input", "Filter tokens").await;
    window.type_text("\u{E00C}").await;
    window.check_surroundings().await;

    step("A3: another project is opened while one loads: only its own rows are shown");
    let (_, other) = sandbox.projects().into_iter().find(|(_, name)| name != PROJECT).unwrap();
    refresh_with(&window, &sandbox, &["GET/tokens:latency=1500@1"]).await;
    window.click("button", &format!("Project {PROJECT}")).await;
    window.click("button", &other).await;
    window.wait_for_text("updated just now").await;
    let others = window.rows().await;
    tokio::time::sleep(Duration::from_millis(1600)).await;
    assert_eq!(window.rows().await, others, "nothing comes late");

    step("D7: a project whose third page fails is shown as incomplete, and whole after another try");
    set_faults(&sandbox, &["page-size=5", "fail-page=3"]);
    window.click("button", &format!("Project {other}")).await;
    window.click("button", PROJECT).await;
    window.wait_for_text("This list is incomplete.").await;
    window.wait_for_text("10 tokens · incomplete").await;
    window.screenshot("incomplete-first").await;
    set_faults(&sandbox, &[]);
    window.click("button", "Try again").await;
    window.wait_for_text("updated just now").await;
    assert!(!window.shows("incomplete").await);

    let output = window.close().await;
    assert_eq!(complaints(&output), Vec::<String>::new());
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn h2_work_survives_a_bearer_that_is_no_longer_accepted() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let window = place.connected(Theme::Light, "renew.log", &sandbox).await;

    step("the bearer expires while a token is being made: a sheet asks for another over the work");
    window.press_with_control('n').await;
    window.type_into("Name", "survivor").await;
    set_faults(&sandbox, &["status=401"]);
    window.click("button", "Create token").await;
    window.wait_for_text("Sign in again").await;
    window.screenshot("sign-in-again").await;
    assert_eq!(sent(&sandbox, &Method::POST), 1);

    step("a wrong one is told at its field; the right one lets the create go on by itself");
    window.type_into("Bearer token", "not.the.right-one").await;
    window.click("button", "Sign in").await;
    window.wait_for_text("doesn’t accept this bearer token").await;
    window.screenshot("sign-in-refused").await;
    set_faults(&sandbox, &[]);
    window.type_into("Bearer token", sandbox.bearer_token().expose_secret()).await;
    window.click("button", "Sign in").await;
    window.wait_for_text("Token created").await;
    window.close_uncopied().await;
    until_rows(&window, |rows| rows[0].starts_with("survivor")).await;

    step("left without a new bearer: the list stays, and says so");
    refresh_with(&window, &sandbox, &["status=401"]).await;
    window.wait_for_text("Sign in again").await;
    window.click("button", "Cancel").await;
    window.wait_for_text("You’re signed out.").await;
    assert!(window.rows().await[0].starts_with("survivor"));
    window.screenshot("signed-out").await;
    let output = window.close().await;
    assert_eq!(complaints(&output), Vec::<String>::new());
    assert!(!output.contains(sandbox.bearer_token().expose_secret()));
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn a4_tokens_are_edited_and_revoked_also_when_someone_else_does_the_same() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let server_side = client_beside(&sandbox);
    let project = project_of(&sandbox);
    for name in ["edge", "second", "third"] {
        let new = NewToken::new(name, vec![Permission::Read]).unwrap();
        server_side.create_token(project, &new).await.unwrap();
    }
    let ids = listed(&server_side, project).await;
    let id = |name: &str| ids.iter().find(|(_, own)| own == name).unwrap().0.clone();
    let window = place.connected(Theme::Light, "edit.log", &sandbox).await;

    step("rename and allow more");
    window.choose_in_row("edge", "Edit").await;
    window.wait_for_text("No changes to save").await;
    window.type_into("Name", "edge-renamed").await;
    window.click("input[type=checkbox]", "Update").await;
    window.screenshot("edit").await;
    window.click("button", "Save").await;
    window.wait_for_text("Saved “edge-renamed”").await;
    let token = server_side.token(&id("edge")).await.unwrap();
    assert_eq!((token.name.as_str(), token.permissions.unwrap().len()), ("edge-renamed", 2));

    step("A4: someone else renames it meanwhile: both versions are shown, and nothing was sent");
    window.choose_in_row("edge-renamed", "Edit").await;
    let elsewhere = TokenChange::new(Some("edge-by-someone".into()), None).unwrap();
    server_side.update_token(&id("edge"), &elsewhere).await.unwrap();
    window.type_into("Name", "edge-by-me").await;
    window.click("button", "Save").await;
    window.wait_for_text("changed elsewhere").await;
    window.wait_for_text("edge-by-someone").await;
    window.screenshot("edit-conflict").await;
    window.click("button", "Overwrite with mine").await;
    window.wait_for_text("Saved “edge-by-me”").await;
    assert_eq!(server_side.token(&id("edge")).await.unwrap().name, "edge-by-me");

    step("H3: a token that is gone cannot be edited: the row goes, and it is told");
    server_side.delete_token(&id("second")).await.unwrap();
    window.choose_in_row("second", "Edit").await;
    window.type_into("Name", "too-late").await;
    window.click("button", "Save").await;
    window.wait_for_text("is no longer on the server").await;
    window.screenshot("edit-gone").await;
    until_rows(&window, |rows| rows.iter().all(|row| !row.starts_with("second"))).await;

    step("H3: a name that is taken is told at its field");
    window.choose_in_row("third", "Edit").await;
    set_faults(&sandbox, &["PATCH:status=409,error=token name taken"]);
    window.type_into("Name", "unheard-of").await;
    window.click("button", "Save").await;
    window.wait_for_text("already exists in this project").await;
    window.screenshot("edit-taken").await;
    set_faults(&sandbox, &[]);
    window.click("button", "Cancel").await;

    step("revoke: asked first, then gone");
    window.choose_in_row("third", "Revoke").await;
    window.wait_for_text("This can’t be undone").await;
    window.screenshot("revoke").await;
    window.click("button", "Revoke").await;
    window.wait_for_text("Revoked “third”").await;
    until_rows(&window, |rows| rows.iter().all(|row| !row.starts_with("third"))).await;
    assert!(server_side.token(&id("third")).await.is_err());

    step("a revoke that was left while nobody answered is told");
    set_faults(&sandbox, &["DELETE:hang"]);
    window.choose_in_row("edge-by-me", "Revoke").await;
    window.click("button", "Revoke").await;
    window.find("button.busy", "Revoking").await;
    window.screenshot("revoking").await;
    window.click("button", "Cancel").await;
    window.wait_for_text("may already have been revoked").await;
    until_rows(&window, |rows| rows.iter().all(|row| !row.starts_with("edge-by-me"))).await;
    let output = window.close().await;
    assert_eq!(complaints(&output), Vec::<String>::new());
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn a5_of_several_tokens_each_shows_its_result() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let server_side = client_beside(&sandbox);
    let project = project_of(&sandbox);
    let names: Vec<_> = (1..=50).map(|number| format!("leaked-{number:02}")).collect();
    for name in &names {
        let new = NewToken::new(name.as_str(), vec![Permission::Read]).unwrap();
        server_side.create_token(project, &new).await.unwrap();
    }
    let before = listed(&server_side, project).await.len();
    let window = place.connected(Theme::Dark, "many.log", &sandbox).await;
    window.type_into("Filter tokens", "leaked-").await;
    window.wait_for_text(&format!("50 of {before} tokens")).await;
    until_rows(&window, |rows| rows.iter().all(|row| row.starts_with("leaked-"))).await;

    step("tick all that match, and revoke them: each is named");
    window.click("input[type=checkbox]", "Select all").await;
    window.wait_for_text("50 selected").await;
    window.screenshot("ticked").await;

    step("somebody else renames one and takes one away: after a refresh that is what will be asked about");
    let ids = listed(&server_side, project).await;
    let id = |name: &str| ids.iter().find(|(_, own)| own == name).unwrap().0.clone();
    let renamed = TokenChange::new(Some("leaked-by-someone".into()), None).unwrap();
    server_side.update_token(&id("leaked-07"), &renamed).await.unwrap();
    server_side.delete_token(&id("leaked-08")).await.unwrap();
    window.click("button", REFRESH).await;
    window.wait_for_text("49 selected").await;
    window.click("button", "Revoke…").await;
    window.wait_for_text("Revoke 49 tokens?").await;
    window.find("dialog li", "leaked-by-someone").await;
    window.screenshot("revoke-many").await;
    window.check_surroundings().await;

    step("two are refused: they say why and stay, the others are gone");
    set_faults(&sandbox, &["DELETE:status=403@2", "DELETE:latency=20"]);
    window.type_into("Type 49 to confirm", "49").await;
    window.click("button", "Revoke 49").await;
    window.wait_for_text("2 of 49 not revoked").await;
    window.wait_for_text("permission to create or change tokens").await;
    window.screenshot("revoke-many-refused").await;
    assert_eq!(listed(&server_side, project).await.len(), before - 48);

    step("trying again ends it, and the table is whole");
    window.click("button", "Try again").await;
    window.wait_for_text("Revoked 49 tokens").await;
    let left = listed(&server_side, project).await;
    assert!(left.len() == before - 50 && left.iter().all(|(_, name)| !name.starts_with("leaked-")));
    window.wait_for_text("Nothing matches").await;
    window.click("button", "Clear").await;
    window.wait_for_text(&format!("{} tokens", before - 50)).await;
    assert!(!window.shows("selected").await);
    let output = window.close().await;
    assert_eq!(complaints(&output), Vec::<String>::new());
}
