//! What a screen reader finds: the accessibility tree that the window gives to the desktop, over the accessibility bus.

use std::{
    collections::HashMap,
    process::{Child, Command, Stdio},
    time::Duration,
};

use zbus::{Connection, Proxy, connection::Builder, zvariant::OwnedObjectPath};

use crate::window::within;

/// Distributions disagree on the folder.
const LAUNCHERS: [&str; 3] = [
    "/usr/libexec/at-spi-bus-launcher",
    "/usr/lib/at-spi-bus-launcher",
    "/usr/lib/at-spi2-core/at-spi-bus-launcher",
];
const FOCUSED: u32 = 12;

/// An object of the tree: who has it, and what it is called there.
type Reference = (String, OwnedObjectPath);

/// The accessibility bus of this desktop, started for as long as this lives.
pub struct Reader {
    bus: Connection,
    launcher: Child,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Asked to end, it takes its bus along; killed, it would leave that behind.
        let _ = Command::new("kill").arg(self.launcher.id().to_string()).status();
        let _ = self.launcher.wait();
    }
}

impl Reader {
    /// Must stand before the window opens: that joins the bus as it starts.
    pub async fn start() -> Self {
        let program =
            LAUNCHERS.iter().find(|path| std::path::Path::new(path).exists()).expect("at-spi2-core");
        let launcher = Command::new(program)
            .arg("--launch-immediately")
            .stdin(Stdio::null())
            .spawn()
            .expect("the accessibility bus");
        let session = Connection::session().await.unwrap();
        let bus = within("the accessibility bus", async {
            loop {
                let asked = session
                    .call_method(
                        Some("org.a11y.Bus"),
                        "/org/a11y/bus",
                        Some("org.a11y.Bus"),
                        "GetAddress",
                        &(),
                    )
                    .await;
                if let Ok(answer) = asked {
                    let address: String = answer.body().deserialize().unwrap();
                    return Builder::address(address.as_str()).unwrap().build().await.unwrap();
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
        Self { bus, launcher }
    }

    async fn proxy(&self, (owner, path): &Reference) -> zbus::Result<Proxy<'static>> {
        Proxy::new(&self.bus, owner.clone(), path.clone(), "org.a11y.atspi.Accessible").await
    }

    /// Everything in the window from top to bottom. What goes away meanwhile is left out.
    async fn objects(&self) -> Vec<Reference> {
        let root = OwnedObjectPath::try_from("/org/a11y/atspi/accessible/root").unwrap();
        self.objects_in(("org.a11y.atspi.Registry".to_owned(), root)).await
    }

    async fn objects_in(&self, top: Reference) -> Vec<Reference> {
        let mut open = vec![top];
        let mut found = Vec::new();
        while let Some(next) = open.pop() {
            let Ok(proxy) = self.proxy(&next).await else { continue };
            let children = self.children(&proxy).await.unwrap_or_default();
            open.extend(children.into_iter().rev());
            found.push(next);
        }
        found
    }

    async fn children(&self, proxy: &Proxy<'_>) -> zbus::Result<Vec<Reference>> {
        let children: Vec<Reference> = proxy.call("GetChildren", &()).await?;
        // Where the page's tree hangs on the window's, only this way leads on.
        if children.is_empty() && proxy.get_property::<i32>("ChildCount").await? > 0 {
            return Ok(vec![proxy.call("GetChildAtIndex", &(0)).await?]);
        }
        Ok(children)
    }

    async fn name(&self, object: &Reference) -> zbus::Result<String> {
        self.proxy(object).await?.get_property("Name").await
    }

    /// The names of all that has one, in the order of the window.
    pub async fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for object in self.objects().await {
            names.extend(self.name(&object).await.ok().filter(|name| !name.is_empty()));
        }
        names
    }

    /// The name of what has the focus, the innermost.
    pub async fn focused(&self) -> Option<String> {
        let mut found = None;
        for object in self.objects().await {
            let Ok(proxy) = self.proxy(&object).await else { continue };
            let state: Vec<u32> = proxy.call("GetState", &()).await.unwrap_or_default();
            if state.first().is_some_and(|bits| bits & (1 << FOCUSED) != 0) {
                found = self.name(&object).await.ok().or(found);
            }
        }
        found
    }

    pub async fn until_focused(&self, name: &str) {
        within(&format!("the focus on “{name}”"), async {
            while !self.focused().await.is_some_and(|focused| focused.starts_with(name)) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
    }

    /// Waits until a region that is read out by itself says this.
    pub async fn until_announced(&self, text: &str) {
        within(&format!("“{text}” to be read out"), async {
            while !self.announced().await.contains(text) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
    }

    /// What stands in regions whose changes are read out.
    async fn announced(&self) -> String {
        let mut all = String::new();
        for object in self.objects().await {
            let Ok(proxy) = self.proxy(&object).await else { continue };
            let attributes: HashMap<String, String> =
                proxy.call("GetAttributes", &()).await.unwrap_or_default();
            if attributes.get("container-live").is_none_or(|live| live == "off") {
                continue;
            }
            for (owner, path) in self.objects_in(object).await {
                let Ok(text) = Proxy::new(&self.bus, owner, path, "org.a11y.atspi.Text").await else {
                    continue;
                };
                all += &text.call::<_, _, String>("GetText", &(0, -1)).await.unwrap_or_default();
                all.push(' ');
            }
        }
        all
    }
}
