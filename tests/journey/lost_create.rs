//! A create whose answer is lost, in all the ways it can end: it is sent once, looked for, and told.

use calyptia_api::Client;
use calyptia_sandbox::{Method, Running, Sandbox};
use secrecy::ExposeSecret as _;

use crate::{
    place::{
        DESKTOP, Place, client_beside, complaints, listed, project_of, sent, set_faults, step, until_rows,
    },
    window::{Theme, Window},
};

/// How many tokens of this name the server has.
async fn count(server_side: &Client, sandbox: &Running, name: &str) -> usize {
    listed(server_side, project_of(sandbox)).await.iter().filter(|(_, own)| own == name).count()
}

async fn create(window: &Window, name: &str) {
    window.press_with_control('n').await;
    window.type_into("Name", name).await;
    window.click("button", "Create token").await;
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn n3_a1_a_create_whose_answer_is_lost_is_sent_once_and_found_by_looking() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let server_side = client_beside(&sandbox);
    let window = place.connected(Theme::Light, "lost.log", &sandbox).await;

    step(
        "the server stores the token and resets the connection: the app says “created” and offers the value",
    );
    set_faults(&sandbox, &["POST:reset-after"]);
    create(&window, "cut-off").await;
    window.wait_for_text("Token created").await;
    window.wait_for_text("The server didn’t confirm it at first, but the token was created.").await;
    window.screenshot("lost-found").await;
    assert_eq!((sent(&sandbox, &Method::POST), count(&server_side, &sandbox, "cut-off").await), (1, 1));
    window.click("button", "Copy and close").await;
    window.wait_for_text("Copied").await;
    let made = listed(&server_side, project_of(&sandbox)).await.remove(0);
    let value = server_side.token(&made.0).await.unwrap().value.unwrap();
    assert_eq!(arboard::Clipboard::new().unwrap().get_text().unwrap(), value.secret().expose_secret());
    assert!(until_rows(&window, |rows| rows[0].starts_with("cut-off")).await.len() > 1);

    step("it stores the token long after: not found at first, found when asked again");
    set_faults(&sandbox, &["POST:store-later=9000"]);
    create(&window, "late").await;
    window.wait_for_text("didn’t confirm that the token was created").await;
    window.screenshot("lost-looking").await;
    window.wait_for_text("The server may still be creating it").await;
    window.screenshot("lost-not-found").await;
    while count(&server_side, &sandbox, "late").await == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    window.click("button", "Check again").await;
    window.wait_for_text("Token created").await;
    window.close_uncopied().await;
    assert_eq!((sent(&sandbox, &Method::POST), count(&server_side, &sandbox, "late").await), (2, 1));

    step("it never got the request: creating again is the person's choice, and makes one");
    set_faults(&sandbox, &["POST:reset-before@1"]);
    create(&window, "refused").await;
    window.wait_for_text("The server may still be creating it").await;
    assert_eq!((sent(&sandbox, &Method::POST), count(&server_side, &sandbox, "refused").await), (3, 0));
    window.click("button", "Create again").await;
    window.wait_for_text("Token created").await;
    window.close_uncopied().await;
    assert_eq!((sent(&sandbox, &Method::POST), count(&server_side, &sandbox, "refused").await), (4, 1));

    step("it made two: both are shown");
    set_faults(&sandbox, &["POST:twice"]);
    create(&window, "twin").await;
    window.wait_for_text("More than one token with this name").await;
    window.screenshot("lost-several").await;
    window.click("button", "Close").await;
    until_rows(&window, |rows| rows[1].starts_with("twin")).await;
    window.screenshot("same-name").await;

    step("it cannot be asked: the token may exist");
    set_faults(&sandbox, &["POST:reset-after", "GET:status=500"]);
    create(&window, "unknown").await;
    window.wait_for_text("It’s unknown whether the token was created").await;
    window.screenshot("lost-unknown").await;
    set_faults(&sandbox, &[]);
    window.click("button", "Check again").await;
    window.wait_for_text("Token created").await;
    window.close_uncopied().await;

    step("A2: a held Enter and a double click send one request");
    let before = sent(&sandbox, &Method::POST);
    set_faults(&sandbox, &["POST:latency=700"]);
    window.press_with_control('n').await;
    window.type_into("Name", "held").await;
    window.type_text("\u{E007}\u{E007}\u{E007}").await;
    window.find("button.busy", "Creating").await;
    window.wait_for_text("Token created").await;
    window.close_uncopied().await;
    assert_eq!((sent(&sandbox, &Method::POST), count(&server_side, &sandbox, "held").await), (before + 1, 1));

    step("A1: Cancel while nothing answers: the dialog closes, and what became of it is told");
    set_faults(&sandbox, &["POST:hang"]);
    create(&window, "left-behind").await;
    window.find("button.busy", "Creating").await;
    window.click("button", "Cancel").await;
    window.wait_for_text("left-behind").await;
    window.screenshot("lost-left").await;
    until_rows(&window, |rows| rows[0].starts_with("left-behind")).await;
    assert_eq!(count(&server_side, &sandbox, "left-behind").await, 1);

    let output = window.close().await;
    assert_eq!(complaints(&output), Vec::<String>::new());
    assert!(!output.contains(value.secret().expose_secret()));
}
