//! Exporting a list to a file that the person chooses.

use super::*;
use crate::{
    messages::{Facets, TokenAge},
    testing::{by_name, sandbox},
};

#[tokio::test]
async fn all_rows_of_the_view_are_in_the_file_and_no_value_is() {
    let place = Place::new();
    let sandbox = sandbox(700, &[]).await;
    let (connections, id, project) = opened(&place, &sandbox).await;
    assert!(
        connections
            .export(id, (project, "Acme"), by_name(), ExportFormat::Json)
            .await
            .expect("asked")
            .is_none(),
        "no file was chosen"
    );
    let path = place.folder.path().join("tokens.json");
    place.person.choose(path.clone());
    let exported = connections.export(id, (project, "Acme"), by_name(), ExportFormat::Json).await;
    let exported = exported.expect("written").expect("chosen");
    assert_eq!((exported.file.as_str(), exported.tokens), ("tokens.json", 700));
    let text = std::fs::read_to_string(&path).expect("a file");
    let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(read["tokens"].as_array().map(Vec::len), Some(700));
    assert_eq!((&read["project"], &read["listComplete"]), (&"Acme".into(), &true.into()));
    assert!(read["loadedAt"].as_str() <= read["exportedAt"].as_str(), "{}", read["loadedAt"]);
    assert!(read["loadedAt"].is_string());
    assert!(!text.contains("eyJ"), "a value begins so");

    let filter = View { filter: read["tokens"][3]["id"].as_str().expect("an id").into(), ..by_name() };
    let exported = connections.export(id, (project, "Acme"), filter, ExportFormat::Csv).await;
    assert_eq!(exported.expect("written").expect("chosen").tokens, 1);
}

#[tokio::test]
async fn what_was_chosen_is_in_the_file_and_what_is_in_the_file_was_chosen() {
    let place = Place::new();
    let sandbox = sandbox(700, &[]).await;
    let (connections, id, project) = opened(&place, &sandbox).await;
    let session = connections.session(id).expect("signed in");
    let older_than = Some(TokenAge::NinetyDays);
    let view = View { facets: Facets { full_access: true, can_delete: true, older_than }, ..by_name() };
    let rows = session.rows(view.clone(), 0, 500, None);
    let alone = |facets| session.rows(View { facets, ..by_name() }, 0, 0, None).matched;
    let full = alone(Facets { full_access: true, ..Facets::default() });
    let old = alone(Facets { older_than, ..Facets::default() });
    assert!(0 < rows.matched && rows.matched < full.min(old), "{} of {full} and {old}", rows.matched);
    // Beside another, a kind has as many as in the whole list.
    assert_eq!((rows.counts.full_access, rows.counts.older_than.ninety_days), (full, old));

    let path = place.folder.path().join("tokens.json");
    place.person.choose(path.clone());
    let exported = connections.export(id, (project, "Acme"), view, ExportFormat::Json).await;
    assert_eq!(exported.expect("written").expect("chosen").tokens, rows.matched);
    let text = std::fs::read_to_string(&path).expect("a file");
    let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(read["shown"], "full access and can delete and older than 90 days");
    let names = read["tokens"].as_array().expect("tokens").iter().map(|token| token["name"].as_str());
    assert!(names.eq(rows.rows.iter().map(|row| Some(row.name.as_str()))));
}

#[tokio::test]
async fn a_file_that_cannot_be_written_and_a_list_that_is_gone_are_errors() {
    let place = Place::new();
    let sandbox = sandbox(2, &[]).await;
    let (connections, id, project) = opened(&place, &sandbox).await;
    place.person.choose(place.folder.path().join("missing").join("tokens.csv"));
    let view = by_name;
    let failed = connections.export(id, (project, "Acme"), view(), ExportFormat::Csv).await;
    assert_eq!(code(failed), ErrorCode::FileNotWritten);
    let path = place.folder.path().join("saved").join("tokens.csv");
    std::fs::create_dir(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(&path, "before").expect("written");
    place.person.choose(path.clone());
    let failed = connections.export(id, (Uuid::nil(), "Acme"), view(), ExportFormat::Csv).await;
    assert_eq!(code(failed), ErrorCode::ListChanged);
    connections.lock();
    let failed = connections.export(id, (project, "Acme"), view(), ExportFormat::Csv).await;
    assert_eq!(code(failed), ErrorCode::SignedOut);
    assert_eq!(std::fs::read(&path).expect("a file"), b"before");
    let files = std::fs::read_dir(path.parent().expect("a folder")).expect("a folder").count();
    assert_eq!(files, 1, "nothing is left behind");
}

/// Prints what docs/PERFORMANCE.md states.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: docs/PERFORMANCE.md has its figures"]
async fn measured_a_million_tokens_are_exported_and_one_is_identified_beside_the_list() {
    use secrecy::ExposeSecret as _;

    use crate::testing::{measure::measure, newest_first};

    let place = Place::new();
    let sandbox = sandbox(1_000_000, &[]).await;
    let (connections, id, project) = opened(&place, &sandbox).await;
    let session = connections.session(id).expect("signed in");
    let row = session.rows(newest_first(), 500_000, 1, None).rows.remove(0);
    let value = session.text_to_copy(&row.id.as_str().into(), None).await.expect("its value");
    place.board.put(value.expose_secret());
    let paste = connections.paste_into_filter(id, PasteSource::Clipboard);
    measure("identified", &session, paste).await.expect("a token");
    for (name, format) in [("tokens.csv", ExportFormat::Csv), ("tokens.json", ExportFormat::Json)] {
        place.person.choose(place.folder.path().join(name));
        let export = connections.export(id, (project, "Acme"), newest_first(), format);
        let exported = measure(name, &session, export).await.expect("written").expect("chosen");
        assert_eq!(exported.tokens, 1_000_000);
    }
}
