/** axe on each screen, and that whatever can be used has a name. Rules that need a layout are the window's. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterEach, test } from "node:test";
import { closePage, openPage } from "./support/page.js";
import { settled } from "./support/person.js";
import { SCREENS } from "./support/screens.js";

afterEach(closePage);

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function checkScreen() {
  // A fresh axe for each window: it keeps the globals it was born with.
  const holder = { exports: /** @type {any} */ ({}) };
  new Function("module", "window", "document", source)(holder, window, document);
  const { violations } = await holder.exports.run(document.documentElement, {
    rules: { "color-contrast": { enabled: false }, "target-size": { enabled: false } },
  });
  assert.deepEqual(
    violations.map(
      (/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ n) => n.html).join(" ")}`,
    ),
    [],
  );
  for (const control of document.querySelectorAll("button, input, select, [role=dialog], dialog")) {
    const labels = /** @type {HTMLInputElement} */ (control).labels;
    const by = document.getElementById(control.getAttribute("aria-labelledby") ?? "")?.textContent;
    const name = control.getAttribute("aria-label") ?? by ?? labels?.[0]?.textContent ?? control.textContent;
    assert.ok(name?.trim(), `no name: ${control.outerHTML}`);
  }
}

for (const [name, commands, act] of SCREENS) {
  test(`axe finds nothing: ${name}`, async () => {
    const { page } = await openPage(commands);
    await settled();
    await act(page);
    await settled();
    await checkScreen();
  });
}
