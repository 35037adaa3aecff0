/** Settings of the network: applied at once, refused at their field if they cannot be, and never half. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { press, pressEsc, settled, shortcut, type } from "./support/person.js";
import { Later, loaded, networkSettings, PREFERENCES, problem, startup } from "./support/rust.js";

afterEach(closePage);

/**
 * @param {string} name
 * @returns {import("../types/ipc").RouteSummary}
 */
const through = (name) => ({ kind: "proxy", name, reason: { kind: "variable", name: "HTTPS_PROXY" } });

/** @param {import("./support/rust.js").Commands} [commands] */
async function openSettings(commands) {
  const opened = await openPage(commands);
  await settled();
  shortcut(",");
  await settled();
  const dialog = within(opened.page.getByRole("dialog", { name: "Settings" }));
  return {
    ...opened,
    dialog,
    save: dialog.getByRole("button", { name: "Save" }),
    async choose() {
      fireEvent.click(dialog.getByRole("button", { name: "Choose file…" }));
      await settled();
    },
  };
}

test("a gear opens it from the tokens and from the first screen", async () => {
  const { page } = await openPage({ start: () => startup({ connections: [], last: null }) });
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Settings" }));
  await settled();
  const dialog = within(page.getByRole("dialog", { name: "Settings" }));
  dialog.getByText("Requests go directly to the server.");
  fireEvent.click(dialog.getByRole("button", { name: "Close" }));
  const tokens = await openPage();
  await settled();
  fireEvent.click(tokens.page.getByRole("button", { name: "Settings" }));
  tokens.page.getByRole("dialog", { name: "Settings" });
});

test("shows what is in force and saves another proxy", async () => {
  const { dialog, save, callsTo } = await openSettings({
    network: () => networkSettings({ route: through("proxy.corp:3128") }),
  });
  dialog.getByText("proxy.corp:3128");
  dialog.getByText("HTTPS_PROXY");
  const system = /** @type {HTMLInputElement} */ (dialog.getByRole("radio", { name: "System proxy" }));
  assert.ok(system.checked);
  fireEvent.click(dialog.getByRole("radio", { name: "Use this proxy:" }));
  const address = dialog.getByRole("textbox", { name: "Proxy address" });
  fireEvent.click(save);
  dialog.getByText(/Enter the proxy address/);
  assert.equal(callsTo("set_network").length, 0);
  type(address, " http://other:8080 ");
  fireEvent.click(save);
  await settled();
  assert.deepEqual(callsTo("set_network")[0]?.args, {
    proxy: { kind: "address", url: "http://other:8080" },
    certificates: { kind: "keep" },
  });
  dialog.getByText("Saved.");
});

test("N10: a list that could not be loaded is loaded again by itself once requests take another way", async () => {
  const { callsTo, save } = await openSettings({
    load_tokens: () => loaded({ problem: problem("certificate_unknown_issuer") }),
  });
  assert.equal(callsTo("load_tokens").length, 1);
  fireEvent.click(save);
  await settled();
  assert.equal(callsTo("load_tokens").length, 2);
});

test("without a server nothing is said of the way to it", async () => {
  const { dialog, callsTo } = await openSettings({ network: () => networkSettings({ route: null }) });
  assert.equal(dialog.queryByText(/Requests go/), null);
  assert.equal(callsTo("route_to").length, 0);
});

test("before the sign-in the route to the server that was entered is shown, and again once it has changed", async () => {
  const routes = [through("proxy.corp:3128"), through("other:8080")];
  const { page, callsTo } = await openPage({
    start: () => startup({ connections: [], last: null }),
    network: () => networkSettings({ route: null }),
    set_network: ({ proxy }) => networkSettings({ proxy, route: null }),
    route_to: () => routes[callsTo("set_network").length],
  });
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Settings" }));
  await settled();
  const dialog = within(page.getByRole("dialog", { name: "Settings" }));
  dialog.getByText("proxy.corp:3128");
  fireEvent.click(dialog.getByRole("button", { name: "Save" }));
  await settled();
  dialog.getByText("other:8080");
  assert.equal(dialog.queryByText("proxy.corp:3128"), null);
  assert.equal(
    document.querySelector(".welcome .route")?.textContent,
    "Requests go through other:8080 (set by HTTPS_PROXY).",
  );
});

test("the route to the server that is being added is shown, and not that of the session that is open", async () => {
  const { page } = await openPage({
    network: () => networkSettings({ route: { kind: "direct", reason: { kind: "this_computer" } } }),
    route_to: () => through("proxy.corp:3128"),
  });
  await settled();
  fireEvent.click(page.getByRole("button", { name: /Project Acme/ }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Add a connection…" }));
  await settled();
  fireEvent.click(page.getByRole("button", { name: "Settings" }));
  await settled();
  within(page.getByRole("dialog", { name: "Settings" })).getByText("proxy.corp:3128");
});

test("a proxy that cannot be used is reported at its field", async () => {
  const { dialog, save } = await openSettings({
    set_network: () => Promise.reject(problem("proxy_with_password")),
  });
  fireEvent.click(dialog.getByRole("radio", { name: "Use this proxy:" }));
  const address = dialog.getByRole("textbox", { name: "Proxy address" });
  type(address, "http://me:secret@proxy");
  fireEvent.click(save);
  await settled();
  dialog.getByText(/^The app doesn’t store proxy passwords\. Put the password in the HTTPS_PROXY variable/);
  assert.equal(address.getAttribute("aria-invalid"), "true");
  assert.equal(document.activeElement, address);
});

test("N10: a file of certificates is read, shown and sent; then it can be removed", async () => {
  const inForce = { file: "corp.pem", count: 2 };
  const { dialog, save, callsTo, choose } = await openSettings({
    set_network: ({ certificates }) =>
      networkSettings({ certificates: certificates.kind === "use_chosen" ? inForce : null }),
  });
  await choose();
  dialog.getByText("corp.pem");
  dialog.getByText(/2 certificates · not saved yet/);
  assert.equal(callsTo("set_network").length, 0, "nothing applies before Save");
  fireEvent.click(save);
  await settled();
  assert.deepEqual(callsTo("set_network")[0]?.args.certificates, { kind: "use_chosen" });
  dialog.getByText(/2 certificates/);
  fireEvent.click(dialog.getByRole("button", { name: "Remove the extra certificates" }));
  fireEvent.click(save);
  await settled();
  assert.deepEqual(callsTo("set_network")[1]?.args.certificates, { kind: "remove" });
});

test("N10: garbage is reported at the field, and the old setting stays on screen", async () => {
  const { dialog, choose, save, callsTo } = await openSettings({
    network: () => networkSettings({ certificates: { file: "old.pem", count: 1 } }),
    choose_certificates: () => Promise.reject(problem("no_certificates")),
  });
  await choose();
  dialog.getByText(/There’s no certificate in this file\./);
  dialog.getByText("old.pem");
  fireEvent.click(save);
  await settled();
  assert.deepEqual(callsTo("set_network")[0]?.args.certificates, { kind: "keep" });
});

test("C28: a private key is reported at the field", async () => {
  const { dialog, choose } = await openSettings({
    choose_certificates: () => Promise.reject(problem("certificates_with_key")),
  });
  await choose();
  dialog.getByText(/This file also contains a private key\./);
});

test("P7: who does not agree to a network keeps the one before, and what was typed", async () => {
  const { dialog, choose, save } = await openSettings({
    set_network: () => Promise.reject(problem("not_allowed")),
  });
  await choose();
  fireEvent.click(save);
  await settled();
  dialog.getByText("You didn’t allow this, so nothing was sent.");
  dialog.getByText("corp.pem");
});

test("settings in force that could not be written to disk are reported", async () => {
  let inForce = false;
  const { page, dialog, save } = await openSettings({
    network: () =>
      inForce
        ? networkSettings({
            proxy: { kind: "none" },
            route: { kind: "direct", reason: { kind: "settings" } },
          })
        : networkSettings(),
    set_network: () => {
      inForce = true;
      return Promise.reject(problem("settings_not_saved"));
    },
  });
  fireEvent.click(dialog.getByRole("radio", { name: "No proxy" }));
  fireEvent.click(save);
  await settled();
  dialog.getByText("The settings couldn’t be written to disk.");
  dialog.getByText(/They apply until you quit\./);
  // They are in force, so that there is nothing left to save or to discard.
  dialog.getByText("Requests go directly to the server (set by Settings).");
  fireEvent.click(dialog.getByRole("button", { name: "Close" }));
  assert.equal(page.queryByRole("dialog"), null);
});

test("colours and density apply at once, and go back to their defaults", async () => {
  const { dialog, callsTo } = await openSettings();
  fireEvent.change(dialog.getByLabelText("Theme"), { target: { value: "dark" } });
  fireEvent.change(dialog.getByLabelText("Row height"), { target: { value: "compact" } });
  await settled();
  const sent = () => callsTo("set_preferences").at(-1)?.args.preferences;
  assert.deepEqual(sent(), { ...PREFERENCES, theme: "dark", density: "compact" });
  assert.equal(document.documentElement.dataset.density, "compact");
  fireEvent.click(dialog.getByRole("button", { name: "Reset to defaults" }));
  await settled();
  assert.deepEqual(sent(), PREFERENCES);
  assert.equal(document.documentElement.dataset.density, "comfortable");
});

test("a time that only the settings file could hold is shown and kept", async () => {
  const { dialog, callsTo } = await openSettings({
    preferences: () => ({ ...PREFERENCES, clipboardSeconds: 45 }),
  });
  const clipboard = /** @type {HTMLSelectElement} */ (
    dialog.getByLabelText("Clear copied tokens from the clipboard after")
  );
  assert.equal(clipboard.value, "45");
  fireEvent.change(dialog.getByLabelText("Theme"), { target: { value: "light" } });
  await settled();
  assert.equal(callsTo("set_preferences")[0]?.args.preferences.clipboardSeconds, 45);
});

test("the keys can be found without knowing any", async () => {
  const { page, dialog } = await openSettings();
  fireEvent.click(dialog.getByRole("button", { name: "Keyboard shortcuts and version" }));
  page.getByRole("dialog", { name: "Keyboard shortcuts" });
  assert.equal(page.queryByRole("dialog", { name: "Settings" }), null);
});

test("a question mark tells the keys and what this is, but not while somebody writes one", async () => {
  const { page } = await openPage();
  await settled();
  press("?");
  const dialog = within(page.getByRole("dialog", { name: "Keyboard shortcuts" }));
  dialog.getByText("Switch to another connection");
  dialog.getByText(/Calyptia Tokens 0\.1\.0\. Unofficial/);
  fireEvent.click(dialog.getByRole("button", { name: "Close" }));
  page.getByRole("searchbox", { name: "Filter tokens" }).focus();
  press("?");
  assert.equal(page.queryByRole("dialog"), null);
});

const QUESTION = "Your network changes haven’t been saved.";

for (const [how, leave] of /** @type {[string, (dialog: any) => unknown][]} */ ([
  ["Close", (dialog) => fireEvent.click(dialog.getByRole("button", { name: "Close" }))],
  ["Esc", () => pressEsc()],
  [
    "the page of shortcuts",
    (dialog) => fireEvent.click(dialog.getByRole("button", { name: /Keyboard shortcuts/ })),
  ],
])) {
  test(`C79: a proxy that was edited is asked about at ${how}: it is saved or discarded, never lost`, async () => {
    const { page, dialog, callsTo } = await openSettings();
    const edit = () => {
      fireEvent.click(dialog.getByRole("radio", { name: "Use this proxy:" }));
      type(dialog.getByRole("textbox", { name: "Proxy address" }), "http://foo:8080");
    };
    edit();
    dialog.getByText("Not saved yet.");
    dialog.getByText("Requests go directly to the server.");
    leave(dialog);
    leave(dialog);
    dialog.getByText(QUESTION);
    assert.ok(page.getByRole("dialog", { name: "Settings" }));
    assert.equal(callsTo("set_network").length, 0);
    const save = within(/** @type {HTMLElement} */ (dialog.getByText(QUESTION).closest(".banner")));
    assert.equal(document.activeElement, save.getByRole("button", { name: "Save" }));
    fireEvent.click(save.getByRole("button", { name: "Save" }));
    await settled();
    assert.equal(callsTo("set_network")[0]?.args.proxy.url, "http://foo:8080");
    assert.equal(page.queryByRole("dialog", { name: "Settings" }), null);
    assert.equal(page.queryByRole("dialog", { name: "Keyboard shortcuts" }) !== null, /shortcuts/.test(how));
  });
}

test("C79: discarded, nothing is sent; taken back by hand, nobody is asked", async () => {
  const { page, dialog, callsTo } = await openSettings();
  const close = () => fireEvent.click(dialog.getByRole("button", { name: "Close" }));
  fireEvent.click(dialog.getByRole("radio", { name: "No proxy" }));
  close();
  fireEvent.click(dialog.getByRole("radio", { name: "System proxy" }));
  assert.equal(dialog.queryByText(QUESTION), null);
  assert.equal(dialog.queryByText("Not saved yet."), null);
  fireEvent.click(dialog.getByRole("radio", { name: "No proxy" }));
  close();
  fireEvent.click(dialog.getByRole("button", { name: "Discard" }));
  assert.equal(page.queryByRole("dialog"), null);
  assert.equal(callsTo("set_network").length, 0);

  const untouched = await openSettings();
  fireEvent.click(untouched.dialog.getByRole("button", { name: "Close" }));
  assert.equal(untouched.page.queryByRole("dialog"), null);
});

test("C79: what cannot be saved keeps the settings open, and a file of certificates is asked about, too", async () => {
  const { page, dialog, choose, commands } = await openSettings({
    set_network: () => Promise.reject(problem("bad_proxy")),
  });
  const saveAtQuestion = async () => {
    fireEvent.click(dialog.getByRole("button", { name: "Close" }));
    const banner = /** @type {HTMLElement} */ (dialog.getByText(QUESTION).closest(".banner"));
    fireEvent.click(within(banner).getByRole("button", { name: "Save" }));
    await settled();
  };
  fireEvent.click(dialog.getByRole("radio", { name: "Use this proxy:" }));
  await saveAtQuestion();
  dialog.getByText(/Enter the proxy address/);
  type(dialog.getByRole("textbox", { name: "Proxy address" }), "foo bar");
  await saveAtQuestion();
  page.getByRole("dialog", { name: "Settings" });
  dialog.getByText("Not saved yet.");
  fireEvent.click(dialog.getByRole("radio", { name: "System proxy" }));
  await choose();
  commands.set_network = ({ proxy }) => networkSettings({ proxy });
  await saveAtQuestion();
  assert.equal(page.queryByRole("dialog"), null);
});

test("C79: the app does not quit over it without a word, and the second time it does", async () => {
  const { dialog, callsTo } = await openSettings();
  fireEvent.click(dialog.getByRole("radio", { name: "No proxy" }));
  shortcut("q");
  dialog.getByText(QUESTION);
  assert.equal(callsTo("quit").length, 0);
  shortcut("q");
  assert.equal(callsTo("quit").length, 1);
});

test("C79: after saving, the text tells of the way that requests take from then on", async () => {
  const { dialog, save } = await openSettings({
    set_network: ({ proxy }) => networkSettings({ proxy, route: through("foo:8080") }),
  });
  fireEvent.click(dialog.getByRole("radio", { name: "Use this proxy:" }));
  type(dialog.getByRole("textbox", { name: "Proxy address" }), "http://foo:8080");
  fireEvent.click(save);
  await settled();
  dialog.getByText("foo:8080");
  assert.equal(dialog.queryByText("Requests go directly to the server."), null);
  dialog.getByText("Saved.");
});

test("quick changes of preferences are saved one after the other, and the last one counts", async () => {
  const first = new Later();
  /** @type {number[]} */
  const saved = [];
  const { page } = await openPage({
    set_preferences({ preferences }) {
      saved.push(preferences.clipboardSeconds);
      return saved.length === 1 ? first.promise : null;
    },
  });
  await settled();
  press(",", { ctrlKey: true });
  await settled();
  const select = /** @type {HTMLSelectElement} */ (
    page.getByLabelText("Clear copied tokens from the clipboard after")
  );
  fireEvent.change(select, { target: { value: "15" } });
  await settled();
  for (const seconds of ["60", "120"]) fireEvent.change(select, { target: { value: seconds } });
  await settled();
  assert.deepEqual(saved, [15], "the second waits for the first");
  assert.equal(page.queryByText("Saved."), null);
  first.resolve(null);
  await settled();
  assert.deepEqual(saved, [15, 120], "and what is outdated is not sent");
});
