/** How to get a bearer token, and the vendor's internal servers: there for those who look for them. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fireEvent, within } from "@testing-library/dom";
import { closePage, openPage } from "./support/page.js";
import { settled } from "./support/person.js";
import { problem, startup } from "./support/rust.js";

afterEach(closePage);

async function openWelcome() {
  const opened = await openPage({ start: () => startup({ connections: [], last: null }) });
  await settled();
  return opened;
}

const steps = () => [...document.querySelectorAll(".steps li")].map((step) => step.textContent ?? "");

test("the steps unfold beneath the field, and name where to sign in for the server that is chosen where it is known", async () => {
  const { page } = await openWelcome();
  const question = page.getByRole("button", { name: "How do I get it?" });
  assert.equal(question.getAttribute("aria-expanded"), "false");
  assert.equal(page.queryByText(/Authorization/), null);
  fireEvent.click(question);
  assert.equal(question.getAttribute("aria-expanded"), "true");
  assert.equal(steps().length, 4);
  assert.match(steps()[0] ?? "", /sign in at https:\/\/core\.calyptia\.com\.$/);
  assert.match(steps().join(" "), /F12.*Network.*Authorization.*Bearer.*cURL.*JSON/s);
  fireEvent.change(page.getByLabelText("Server"), { target: { value: "other" } });
  fireEvent.input(page.getByLabelText("Server address"), {
    target: { value: "https://mine.example" },
  });
  assert.match(steps()[0] ?? "", /your server’s web interface/);
  assert.doesNotMatch(steps().join(" "), /calyptia\.com/);
  fireEvent.click(question);
  assert.ok(document.querySelector("ol.steps")?.hasAttribute("hidden"));
});

test("signing in again explains it, too", async () => {
  const { page } = await openPage({ load_tokens: () => Promise.reject(problem("unauthenticated")) });
  await settled();
  const dialog = within(page.getByRole("dialog", { name: "Sign in again" }));
  fireEvent.click(dialog.getByRole("button", { name: "How do I get it?" }));
  assert.match(steps()[0] ?? "", /core\.calyptia\.com/);
});

test("internal servers are not in the list; with an address of one’s own they can be filled in", async () => {
  const { page, callsTo } = await openWelcome();
  const servers = /** @type {HTMLSelectElement} */ (page.getByLabelText("Server"));
  const names = [...servers.options].map((option) => option.textContent);
  assert.deepEqual(names, [
    "Production — cloud-api.calyptia.com",
    "Local — localhost:5000",
    "Another server…",
  ]);
  assert.ok(page.getByText("cloud-api-staging.calyptia.com").closest("[hidden]"));
  fireEvent.change(servers, { target: { value: "other" } });
  fireEvent.click(page.getByRole("button", { name: "cloud-api-staging.calyptia.com" }));
  const address = /** @type {HTMLInputElement} */ (page.getByLabelText("Server address"));
  assert.equal(address.value, "https://cloud-api-staging.calyptia.com");
  assert.equal(document.activeElement, address);
  assert.equal(callsTo("route_to").at(-1)?.args.server, address.value);
});

test("a connection to an internal server is signed in to again at its address", async () => {
  const preset = "https://cloud-api-staging.calyptia.com";
  const { page } = await openPage({ start: () => startup({ connections: [], last: null, preset }) });
  await settled();
  const address = /** @type {HTMLInputElement} */ (page.getByLabelText("Server address"));
  assert.equal(address.value, preset);
});
