//! The page tries to break out: to go elsewhere, to open windows, to fetch, to run text as a program, to keep something.

use std::{fs, net::UdpSocket, path::Path};

use calyptia_sandbox::Sandbox;
use calyptia_test_support::raw::Server;
use serde_json::json;

use crate::{
    place::{DESKTOP, Place, until_rows},
    window::Theme,
};

/// An attempt that puts something into the page and gives it the time to load. What arrives at the server counts.
macro_rules! element {
    ($($script:literal),+) => {
        concat!(
            "let e; try { ",
            $($script,)+
            " } catch { } return new Promise((done) => setTimeout(() => { e?.remove(); done(false); }, 500));"
        )
    };
}

/// A link to there of this kind.
macro_rules! link {
    ($rel:literal) => {
        link!($rel, "")
    };
    ($rel:literal, $more:literal) => {
        element!(
            "e = document.createElement('link'); e.rel = '",
            $rel,
            "'; ",
            $more,
            " e.href = there;
            document.head.append(e);"
        )
    };
}

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
    ("a peer", "if (!window.RTCPeerConnection) return false; const host = new URL(there).host;
        const turn = [`turn:${host}?transport=udp`, `turn:${host}?transport=tcp`];
        const iceServers = [{ urls: `stun:${host}` }, { urls: turn, username: 'x', credential: 'x' }];
        return new Promise((done) => { try { const peer = new RTCPeerConnection({ iceServers });
        peer.createDataChannel('x'); peer.createOffer().then((o) => peer.setLocalDescription(o)).catch(() => {});
        setTimeout(() => { peer.close(); done(false); }, 1500); } catch { done(false); } });"),
    ("a name resolved ahead", link!("dns-prefetch")),
    ("a connection ahead", link!("preconnect")),
    ("a connection ahead, with credentials", link!("preconnect", "e.crossOrigin = 'use-credentials';")),
    ("a page fetched ahead", link!("prefetch")),
    ("a page rendered ahead", link!("prerender")),
    ("an image loaded ahead", link!("preload", "e.as = 'image';")),
    ("a script loaded ahead", link!("preload", "e.as = 'script';")),
    ("a module loaded ahead", link!("modulepreload")),
    ("a style sheet", link!("stylesheet")),
    ("an icon", link!("icon")),
    ("a manifest", link!("manifest")),
    ("a stream of events", "return new Promise((done) => { try { const s = new EventSource(there);
        s.onopen = () => { s.close(); done(true); }; s.onerror = () => { s.close(); done(false); };
        setTimeout(() => { s.close(); done(false); }, 500); } catch { done(false); } });"),
    ("a service worker from elsewhere", "return new Promise((done) => { try { setTimeout(() => done(false), 500);
        navigator.serviceWorker.register(there).then(() => done(true), () => done(false)); } catch { done(false); } });"),
    ("a service worker of its own", "return new Promise((done) => { try { setTimeout(() => done(false), 500);
        navigator.serviceWorker.register(document.scripts[0].src).then(() => done(true), () => done(false)); }
        catch { done(false); } });"),
    ("an object", element!("e = document.createElement('object'); document.body.append(e); e.data = there;")),
    ("a typed object", element!("e = document.createElement('object'); e.type = 'image/png'; e.data = there;
        document.body.append(e);")),
    ("an embedded page", element!("e = document.createElement('embed'); document.body.append(e); e.src = there;")),
    ("a sound", element!("e = document.createElement('audio'); e.preload = 'auto'; e.src = there;
        document.body.append(e);")),
    ("an image in a drawing", element!("const svg = 'http://www.w3.org/2000/svg';
        e = document.createElementNS(svg, 'svg'); const i = document.createElementNS(svg, 'image');
        i.setAttribute('href', there); i.setAttribute('width', '9'); i.setAttribute('height', '9');
        e.append(i); document.body.append(e);")),
    ("a drawing from elsewhere", element!("const svg = 'http://www.w3.org/2000/svg';
        e = document.createElementNS(svg, 'svg'); const u = document.createElementNS(svg, 'use');
        u.setAttribute('href', there + '/drawing.svg#x'); e.append(u); document.body.append(e);")),
    ("a background", element!("e = document.createElement('div'); e.textContent = 'x';
        e.style.backgroundImage = `url(${there})`; document.body.append(e);")),
    ("a mask and a filter", element!("e = document.createElement('div'); e.textContent = 'x';
        e.style.maskImage = `url(${there}/mask.svg#x)`; e.style.filter = `url(${there}/filter.svg#x)`;
        document.body.append(e);")),
    ("a font and a background of a style sheet", "const before = document.adoptedStyleSheets; let e;
        try { const s = new CSSStyleSheet(); s.replaceSync(`@font-face { font-family: broken; src: url(${there}/font) }
        .broken { font-family: broken; background: url(${there}/image); cursor: url(${there}/cursor), auto }`);
        document.adoptedStyleSheets = [...before, s]; e = document.createElement('div'); e.className = 'broken';
        e.textContent = 'x'; document.body.append(e); } catch { }
        return new Promise((done) => setTimeout(() => { document.adoptedStyleSheets = before; e?.remove(); done(false); },
        500));"),
    ("a changed prototype", "try { Object.prototype.broken = true; } catch { } return ({}).broken === true;"),
];

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn p2_p3_the_page_reaches_nothing_but_the_app_and_keeps_nothing() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let elsewhere = Server::start_idle().await;
    // A peer asks a STUN server by UDP.
    let datagrams = UdpSocket::bind(("127.0.0.1", elsewhere.port)).unwrap();
    datagrams.set_nonblocking(true).unwrap();
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
        assert!(datagrams.recv(&mut [0; 1500]).is_err(), "{attempt} sent a datagram");
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
