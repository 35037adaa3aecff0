//! The list, with a server that is slow, breaks off, or is used by others meanwhile.

use calyptia_sandbox::Method;

use super::*;
use crate::messages::{ExportFormat, FilterPaste};
use crate::session::Session;
use crate::testing::{faults, newest_first, reads, sent, session};

#[tokio::test]
async fn a_token_created_while_the_list_is_refreshed_stays_in_it() {
    let (sandbox, session, project) = session(3_000, &[]).await;
    let mut seen = Vec::new();
    let first = session.load(project, |progress| seen.push(progress.total)).await.expect("open");
    assert!(first.problem.is_none() && first.whole && first.total == 3_000 && !seen.is_empty());

    let create_late = async {
        // Once the first page has been requested, which holds the newest tokens.
        let asked = sandbox.requests().len();
        while sandbox.requests().len() == asked {
            tokio::task::yield_now().await;
        }
        session.create(project, "created meanwhile", &reads(), |_| ()).await.expect("created");
    };
    let (refreshed, ()) = tokio::join!(session.load(project, |_| ()), create_late);
    let refreshed = refreshed.expect("open");
    assert!(refreshed.problem.is_none());
    assert!(refreshed.generation > first.generation);
    assert_eq!(session.rows(newest_first(), 0, 1, None).rows[0].name, "created meanwhile");
}

#[tokio::test]
async fn changes_made_while_a_list_arrives_count_and_its_rows_do_not_contradict_them() {
    let (_sandbox, session, project) = session(5_000, &[]).await;
    let late = {
        let mut oldest = session.client().expect("open").tokens(project);
        let mut last = None;
        while let Some(batch) = oldest.next_batch().await.expect("a list") {
            last = batch.into_iter().next_back();
        }
        last.expect("the last token")
    };
    let victim = std::cell::RefCell::new(None);
    let loaded = session.load(project, |_| {
        let mut victim = victim.borrow_mut();
        if victim.is_none() {
            // A row that has arrived is removed, and one that has not is renamed.
            let mut late = late.clone();
            late.name = "renamed meanwhile".into();
            session.list.update(&late);
            let row = session.rows(newest_first(), 0, 1, None).rows.remove(0);
            let id = TokenId::from(row.id.as_str());
            session.list.remove(&id);
            let created = ListedToken { id: "created-meanwhile".into(), ..late.clone() };
            session.list.add(project, &created);
            *victim = Some(id);
        }
    });
    let loaded = loaded.await.expect("open");
    let victim = victim.into_inner().expect("there was progress");
    assert_eq!((loaded.total, loaded.conflicting), (5_000, 0), "one less, one more");
    assert!(session.find(&[victim.to_string()], newest_first()).rows.is_empty());
    assert_eq!(session.find(&[late.id.to_string()], newest_first()).rows[0].name, "renamed meanwhile");
    assert_eq!(session.find(&["created-meanwhile".into()], newest_first()).rows.len(), 1);
}

#[tokio::test]
async fn n1_the_last_list_stays_when_the_server_is_gone() {
    let (sandbox, session, project) = session(3, &[]).await;
    let first = session.load(project, |_| ()).await.expect("open");
    assert!(session.is_reachable().await.expect("open"));
    drop(sandbox);
    let lost = session.load(project, |_| ()).await.expect("open");
    assert_eq!(lost.problem.map(|problem| problem.code), Some(ErrorCode::ConnectionRefused));
    assert_eq!((lost.whole, lost.total, lost.generation), (true, 3, first.generation));
    assert!(!session.is_reachable().await.expect("open"));
}

#[tokio::test]
async fn d7_a_list_that_breaks_off_is_never_called_complete() {
    let (sandbox, session, project) = session(10, &["page-size=4", "fail-page=2"]).await;
    let part = session.load(project, |_| ()).await.expect("open");
    assert_eq!((part.whole, part.total), (false, 4));
    assert!(part.problem.is_some());
    // A part is not worth keeping: the next load shows its rows as they arrive.
    sandbox.set_faults(faults(&["page-size=4", "same-cursor"]));
    let part = session.load(project, |_| ()).await.expect("open");
    assert_eq!((part.whole, part.problem.map(|p| p.code)), (false, Some(ErrorCode::ListIncomplete)));
    sandbox.set_faults(Vec::new());
    let whole = session.load(project, |_| ()).await.expect("open");
    assert_eq!((whole.whole, whole.total), (true, 10));
    // A complete list stays until a newer one is complete.
    sandbox.set_faults(faults(&["page-size=4", "cycle"]));
    let kept = session.load(project, |_| ()).await.expect("open");
    assert_eq!((kept.whole, kept.total), (true, 10));
    assert!(kept.problem.is_some());
}

#[tokio::test]
async fn a3_a_response_for_the_project_before_is_dropped() {
    let (sandbox, session, project) = session(3_000, &[]).await;
    let other = sandbox.projects()[1].0;
    let client = session.client().expect("open");
    let mut opened = false;
    // The other project is opened while the first page of this one arrives.
    let first = session.list.load(&client, project, |_| {
        if !std::mem::replace(&mut opened, true) {
            lock(&session.list.state).begin(other, || session.list.empty());
        }
    });
    let first = first.await;
    assert_eq!(first.problem.map(|problem| problem.code), Some(ErrorCode::Superseded));
    assert_eq!(session.rows(newest_first(), 0, 10, None).counts.all, 0, "nothing of the first came in");
    assert_eq!(sent(&sandbox, &Method::GET), 1, "its next page was not requested");
}

#[tokio::test]
async fn a3_a_load_that_is_superseded_does_not_stop_the_newer_one_from_keeping_changes() {
    let (sandbox, session, project) = session(3_000, &[]).await;
    session.load(project, |_| ()).await.expect("open");
    sandbox.set_faults(faults(&["GET/tokens:latency=50"]));
    let created = async {
        let before = sandbox.requests().len();
        while sandbox.requests().len() < before + 2 {
            tokio::task::yield_now().await;
        }
        session.create(project, "created meanwhile", &reads(), |_| ()).await.expect("created");
    };
    let second = async {
        tokio::task::yield_now().await;
        session.load(project, |_| ()).await.expect("open")
    };
    let (first, second, ()) = tokio::join!(session.load(project, |_| ()), second, created);
    assert_eq!(first.expect("open").problem.map(|problem| problem.code), Some(ErrorCode::Superseded));
    assert!(second.whole);
    assert_eq!(session.rows(newest_first(), 0, 1, None).rows[0].name, "created meanwhile");
}

#[tokio::test]
async fn a3_of_two_refreshes_of_one_project_the_later_counts() {
    let (_sandbox, session, project) = session(3_000, &[]).await;
    let client = session.client().expect("open");
    session.load(project, |_| ()).await.expect("open");
    let first = session.list.load(&client, project, |_| ());
    let second = async {
        tokio::task::yield_now().await;
        session.list.load(&client, project, |_| ()).await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.problem.map(|problem| problem.code), Some(ErrorCode::Superseded));
    assert!(second.problem.is_none() && second.whole && second.total == 3_000, "{second:?}");
}

#[tokio::test]
async fn d4_rows_with_the_same_id_are_reported() {
    let (_sandbox, session, project) = session(5, &["duplicate-ids"]).await;
    let loaded = session.load(project, |_| ()).await.expect("open");
    assert!(loaded.problem.is_none() && loaded.conflicting > 0, "{loaded:?}");
}

#[tokio::test]
async fn d1_rows_that_are_not_tokens_are_left_out_and_reported_and_the_others_stay() {
    let (sandbox, session, project) = session(5, &["odd-rows"]).await;
    let loaded = session.load(project, |_| ()).await.expect("open");
    assert!(loaded.problem.is_none() && loaded.whole && loaded.unreadable > 0, "{loaded:?}");
    let reader = session.list.read_view(project, newest_first()).expect("open");
    assert!(!reader.whole && reader.loaded_at.is_some(), "an export does not call it complete");
    drop(reader);
    assert_eq!(session.rows(newest_first(), 0, 10, None).counts.all, loaded.total);
    assert!(loaded.total > 30, "the others are there: {}", loaded.total);
    // The list on screen is the one before, and so is what is reported about it.
    sandbox.set_faults(faults(&["status=500"]));
    let again = session.load(project, |_| ()).await.expect("open");
    assert_eq!((again.unreadable, again.total), (loaded.unreadable, loaded.total));
    sandbox.set_faults(Vec::new());
    assert_eq!(session.load(project, |_| ()).await.expect("open").unreadable, 0);
}

#[tokio::test]
async fn c17_rows_without_room_and_names_that_are_shortened_are_reported() {
    let (sandbox, session, project) = session(5, &["odd-rows"]).await;
    let loaded = session.load(project, |_| ()).await.expect("open");
    assert!(loaded.shortened > 0 && loaded.no_room == 0, "{loaded:?}");
    sandbox.set_faults(Vec::new());
    let loaded = session.load(project, |_| ()).await.expect("open");
    assert_eq!((loaded.total, loaded.shortened, loaded.no_room), (5, 0, 0), "{loaded:?}");
    let smaller = SessionOptions { max_list_bytes: 150, ..SessionOptions::default() };
    let smaller = Session::new(session.connection(), session.client().expect("open"), false, None, &smaller);
    // Also after a refresh.
    for _ in 0..2 {
        let crowded = smaller.load(project, |_| ()).await.expect("open");
        assert_eq!((crowded.total, crowded.no_room, crowded.conflicting), (2, 3, 0), "{crowded:?}");
    }
}

#[tokio::test]
async fn c75_the_value_that_is_pasted_into_the_filter_finds_its_token_and_stays_here() {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    let value = |token: &str, project: Uuid| {
        let ids = format!(r#"{{"TokenID":"{token}","ProjectID":"{project}"}}"#);
        format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(ids), BASE64_URL_SAFE_NO_PAD.encode([7; 48]))
    };
    let (_sandbox, session, project) = session(5, &[]).await;
    session.load(project, |_| ()).await.expect("open");
    let id = session.rows(newest_first(), 3, 1, None).rows[0].id.clone();
    let gone = Uuid::from_u128(1).to_string();
    let other = Uuid::from_u128(2);
    for (wanted, of, is_listed, is_elsewhere) in [
        (&id, project, true, false),
        (&gone, project, false, false),
        (&gone, other, false, true),
        // Anybody can make this up.
        (&id, other, false, true),
    ] {
        let found = session.look_up_pasted(&format!(" \"Bearer {}\",\n", value(wanted, of)));
        let FilterPaste::Token { id, project, row, elsewhere, .. } = found else { panic!("{found:?}") };
        assert_eq!((&id, project, elsewhere), (wanted, Some(of), is_elsewhere));
        assert_eq!(row.map(|row| row.id), is_listed.then(|| wanted.clone()));
    }
    let two = format!("{} {}", value(&id, project), value(&gone, project));
    for text in [two.as_str(), "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl"] {
        assert!(matches!(session.look_up_pasted(text), FilterPaste::OtherToken), "{text}");
    }
    assert!(matches!(session.look_up_pasted(" edge\n\teu "), FilterPaste::Text));
    // What is found is a row's id, which finds the row.
    let view = View { filter: id.clone(), ..newest_first() };
    assert_eq!(session.rows(view, 0, 9, None).rows[0].id, id);
}

#[tokio::test]
async fn t3_a_closed_list_takes_nothing_any_more() {
    let (_sandbox, session, project) = session(5, &[]).await;
    session.load(project, |_| ()).await.expect("open");
    let client = session.client().expect("open");
    session.close();
    session.drop_list();
    let late = session.list.load(&client, project, |_| ()).await;
    assert_eq!((late.total, late.problem.map(|problem| problem.code)), (0, Some(ErrorCode::Superseded)));
    let token = ListedToken {
        id: "late".into(),
        name: "late".into(),
        permissions: None,
        created_at: None,
        suffix: None,
    };
    session.list.add(project, &token);
    assert_eq!(session.rows(newest_first(), 0, 10, None).counts.all, 0);
}

#[tokio::test]
async fn a_view_is_read_part_by_part_and_ends_when_its_rows_change() {
    let (_sandbox, session, project) = session(1_200, &[]).await;
    session.load(project, |_| ()).await.expect("open");
    assert!(session.list.read_view(Uuid::nil(), newest_first()).is_none(), "another project's list");
    let read = || session.list.read_view(project, newest_first()).expect("this list is open");

    let mut rows = read();
    assert_eq!((rows.len(), rows.listed, rows.whole), (1_200, 1_200, true));
    let first = rows.next().expect("a row");
    let window = session.rows(newest_first(), 0, 1_200, None);
    assert_eq!(first.id, window.rows[0].id);
    let created = ListedToken { id: "created-meanwhile".into(), ..listed(&session, project).await };
    session.list.add(project, &created);
    assert_eq!(rows.by_ref().count(), 1_199, "a row that was added changes nothing in those there were");
    assert!(rows.is_current());

    let mut rows = read();
    let _first = rows.next();
    session.list.remove(&created.id);
    let last = session.rows(newest_first(), 1_199, 1, None).rows.remove(0);
    session.list.remove(&last.id.as_str().into());
    assert_eq!(rows.by_ref().count(), 999, "to the part with the removed row");
    assert!(!rows.is_current());

    let mut rows = read();
    let _first = rows.next();
    session.load(project, |_| ()).await.expect("refreshed");
    assert_eq!(rows.by_ref().count(), 499);
    assert!(!rows.is_current());
}

#[tokio::test]
async fn a_list_is_exported_as_it_was_at_one_moment_or_not_at_all() {
    let (_sandbox, session, project) = session(20_000, &[]).await;
    session.load(project, |_| ()).await.expect("open");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tokens.json");
    let files = || std::fs::read_dir(folder.path()).expect("a folder").count();
    let export = || session.export((project, "Acme"), &newest_first(), ExportFormat::Json, &path);

    let mut last = session.rows(newest_first(), 19_500, 500, None).rows;
    std::thread::scope(|scope| {
        let exporting = scope.spawn(export);
        while !exporting.is_finished()
            && let Some(row) = last.pop()
        {
            session.list.remove(&row.id.as_str().into());
            std::thread::sleep(Duration::from_millis(5));
        }
        let failed = exporting.join().expect("no panic").expect_err("it changed at each attempt");
        assert_eq!((failed.code, files()), (ErrorCode::ListChanged, 0));
    });

    let left = 19_500 + last.len();
    assert_eq!(export().expect("nothing changes"), left);
    let text = std::fs::read_to_string(&path).expect("a file");
    let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(read["tokens"].as_array().map(Vec::len), Some(left));
    assert_eq!(read["exported"], left);
}

async fn listed(session: &Session, project: Uuid) -> ListedToken {
    let mut tokens = session.client().expect("open").tokens(project);
    tokens.next_batch().await.expect("a list").expect("tokens").remove(0)
}
