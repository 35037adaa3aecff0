//! The page tries to break out: to go elsewhere, to open windows, to fetch, to run text as a program, to keep something.

use std::{fs, path::Path};

use calyptia_sandbox::Sandbox;
use calyptia_test_support::raw::Server;
use serde_json::json;

use crate::{
    place::{DESKTOP, Place, until_rows},
    window::Theme,
};

/// Each does what it says, swallows what that throws, and answers whether it believes to have got away with it.
const ATTEMPTS: &[(&str, &str)] = &[
    ("fetch", "return fetch(there).then(() => true, () => false);"),
    ("a post", "return fetch(there, { method: 'POST', mode: 'no-cors', body: 'x' }).then(() => true, () => false);"),
    ("a beacon", "navigator.sendBeacon(there, 'x'); return new Promise((done) => setTimeout(() => done(false), 300));"),
    ("a socket", "return new Promise((done) => { try { const s = new WebSocket(there.replace('http', 'ws'));
        s.onopen = () => done(true); s.onerror = () => done(false); } catch { done(false); } });"),
    ("an image", "return new Promise((done) => { const i = new Image(); i.onload = () => done(true);
        i.onerror = () => done(false); i.src = there; });"),
    ("a script from elsewhere", "return new Promise((done) => { try { const s = document.createElement('script');
        s.onload = () => done(true); s.onerror = () => done(false); s.src = there; document.head.append(s); }
        catch { done(false); } });"),
    ("text as a program", "try { return new Function('return true')(); } catch { return false; }"),
    ("an inline script", "try { const s = document.createElement('script'); s.textContent = 'window.broken = true';
        document.head.append(s); } catch { } return window.broken === true;"),
    ("markup", "try { document.body.insertAdjacentHTML('beforeend', '<b id=broken>x</b>'); } catch { }
        return document.getElementById('broken') !== null;"),
    ("a frame", "return new Promise((done) => { const f = document.createElement('iframe'); f.src = there;
        f.onload = () => done(false); document.body.append(f); setTimeout(() => { f.remove(); done(false); }, 500); });"),
    ("a window", "try { return window.open(there) !== null; } catch { return false; }"),
    ("a link to a new window", "const a = document.createElement('a'); a.href = there; a.target = '_blank';
        document.body.append(a); a.click(); a.remove(); return false;"),
    ("a form", "const f = document.createElement('form'); f.action = there; f.method = 'post';
        document.body.append(f); f.submit(); f.remove(); return false;"),
    ("a worker", "return new Promise((done) => { try { const w = new Worker('data:text/javascript,postMessage(1)');
        w.onmessage = () => done(true); w.onerror = () => done(false); setTimeout(() => done(false), 500); }
        catch { done(false); } });"),
    ("another place", "location.href = there; return new Promise((done) => setTimeout(() => done(false), 500));"),
    ("a changed prototype", "try { Object.prototype.broken = true; } catch { } return ({}).broken === true;"),
];

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn p2_p3_the_page_reaches_nothing_but_the_app_and_keeps_nothing() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let elsewhere = Server::start_idle().await;
    let window = place.connected(Theme::Light, "fences.log", &sandbox).await;
    until_rows(&window, |rows| rows.len() > 5).await;
    for (attempt, script) in ATTEMPTS {
        let script = format!(
            "const [there, done] = arguments; Promise.resolve((() => {{ {script} }})()).then(done, () => done(false));"
        );
        let got_away = window.page.execute_async(&script, vec![json!(elsewhere.url())]).await.unwrap();
        assert_eq!(got_away, json!(false), "{attempt}");
        let address = window.page.current_url().await.unwrap();
        assert_eq!(address.scheme(), "tauri", "{attempt} led to {address}");
        assert!(window.shows("edge-agent-eu").await, "{attempt}: the list is gone");
        let seen = elsewhere.seen();
        assert_eq!((seen.connections, elsewhere.lines()), (0, Vec::new()), "{attempt} called somebody");
    }
    window.check_surroundings().await;

    const KEPT: &str = "const done = arguments[0];
        const all = indexedDB.databases ? indexedDB.databases() : Promise.resolve([]);
        all.then((found) => done(found.length), () => done(0));";
    assert_eq!(window.page.execute_async(KEPT, vec![]).await.unwrap(), json!(0), "P3: a database");
    window.close().await;
    let mut kept = Vec::new();
    databases(&place.folder, &mut kept);
    assert_eq!(kept, Vec::<String>::new(), "P3: on disk");
}

/// Files in which a page's storage would lie.
fn databases(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if path.is_dir() {
            databases(&path, found);
        } else if [".sqlite3", ".localstorage", ".db", "cookies"].iter().any(|end| name.ends_with(end)) {
            found.push(path.display().to_string());
        }
    }
}
