/**
 * Finds features that the page uses and an engine of the baseline lacks. MDN's compatibility data says which
 * version of an engine has a feature; TypeScript says which interface declares a member.
 */
import { fileURLToPath } from "node:url";
import bcd from "@mdn/browser-compat-data/forLegacyNode";
import { parse as parseScript } from "acorn";
import { parse as parseStyles, walk } from "css-tree";
import { Window } from "happy-dom";
import * as is from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";

/** @import { Identifier as Feature } from "@mdn/browser-compat-data/forLegacyNode" */
/** @import { EnterOrLeaveFn } from "css-tree" */
/** @import { CallExpression, Expression, Identifier, Node } from "typescript/unstable/ast" */
/** @import { Project } from "typescript/unstable/sync" */
/** @typedef {{ where: string, feature: string, lacking: string }} Finding */

const currentEdge = Object.entries(bcd.browsers.edge.releases).find(([, one]) => one.status === "current");

/** WebKitGTK 2.40 has the engine of Safari 16.4; WebView2 is the current Edge. */
const BASELINE = { safari: "16.4", edge: currentEdge?.[0] ?? "" };
/** The newest edition of JavaScript whose syntax Safari 16.4 supports completely. */
const ECMASCRIPT = 2022;

const { api, html, svg } = bcd;
const { builtins = {} } = bcd.javascript;
const { properties = {}, selectors = {}, types = {}, "at-rules": atRules = {} } = bcd.css;

/** Makes versions comparable. `preview` becomes NaN, which is not part of any release. @param {string} version */
function ordinal(version) {
  const [major, minor = 0] = version.replace("≤", "").split(".").map(Number);
  return Number(major) * 1000 + minor;
}

/**
 * Reports a feature if an engine supports none of its entries in the data; returns whether it is missing.
 * Partial support counts as none.
 * @param {Finding[]} found
 * @param {string} where
 */
const reporter =
  (found, where) =>
  /** @param {string} feature @param {(Feature | undefined)[]} entries @param {string} [prefix] as in `-webkit-` */
  (feature, entries, prefix = "") => {
    const known = entries.flatMap((entry) => entry?.__compat?.support ?? []);
    const lacking = /** @type {const} */ (["safari", "edge"]).flatMap((browser) => {
      const newest = ordinal(BASELINE[browser]);
      const usable = known
        .flatMap((support) => support[browser] ?? [])
        .filter((one) => !one.flags && !one.alternative_name && !one.partial_implementation)
        .filter((one) => (one.prefix ?? "") === prefix);
      const isSupported = usable.some(
        ({ version_added: added, version_removed: removed }) =>
          added && ordinal(added) <= newest && !(removed && ordinal(removed) <= newest),
      );
      return isSupported ? [] : `${browser} ${usable[0]?.version_added || "never"}`;
    });
    const isLacking = known.length > 0 && lacking.length > 0;
    const isNew = !found.some((one) => one.where === where && one.feature === feature);
    if (isLacking && isNew) found.push({ where, feature, lacking: lacking.join(", ") });
    return isLacking;
  };

/** @param {Feature | undefined} part @returns {[string, Feature][]} */
const childrenOf = (part = {}) =>
  Object.keys(part).flatMap((name) => (name === "__compat" || !part[name] ? [] : [[name, part[name]]]));

/**
 * All entries with this name in a part of the data.
 * @param {Feature | undefined} part
 * @param {string} name
 * @returns {Feature[]}
 */
const within = (part, name) =>
  childrenOf(part).flatMap(([key, child]) => [...(key === name ? [child] : []), ...within(child, name)]);

/** @param {string} where @param {string} text @param {"stylesheet" | "selectorList"} [context] */
export function styleFindings(where, text, context = "stylesheet") {
  /** @type {Finding[]} */
  const found = [];
  let openRules = 0;
  /** @type {EnterOrLeaveFn} */
  const enter = function (node) {
    const use = reporter(found, context === "stylesheet" ? `${where}:${node.loc?.start.line}` : where);
    const isRule = node.type === "Rule" || node.type === "Atrule";
    if (node.type === "NestingSelector" || (isRule && openRules > 0)) use("nesting", [selectors.nesting]);
    if (node.type === "Rule") openRules += 1;
    // @supports only asks whether there is a feature.
    if (node.type === "AtrulePrelude" && this.atrule?.name === "supports") return this.skip;
    if (node.type === "Atrule") use(`@${node.name}`, [atRules[node.name]]);
    if (node.type === "PseudoClassSelector" || node.type === "PseudoElementSelector")
      use(`:${node.name}`, [selectors[node.name]]);
    if (node.type === "Feature")
      use(`(${node.name})`, [atRules[node.kind]?.[node.name.replace(/^(min|max)-/, "")]]);
    if (node.type === "Dimension") use(node.unit, within(types, node.unit));
    if (node.type === "Declaration") {
      const name = node.property;
      const [prefix = ""] = properties[name] ? [] : (/^-[a-z]+-/.exec(name) ?? []);
      const siblings = this.block?.children.toArray() ?? [];
      if (siblings.some((one) => one.type === "Declaration" && one.property === `-webkit-${name}`)) return;
      // An engine that ignores the property ignores its value.
      if (use(name, [properties[name.slice(prefix.length)]], prefix)) return this.skip;
    }
    const property = this.declaration?.property ?? "";
    if (node.type === "Identifier" && property) {
      const parts = [properties[property], types.global_keywords, types.color?.["system-color"]];
      use(
        `${property}: ${node.name}`,
        parts.flatMap((part) => within(part, node.name.toLowerCase())),
      );
    }
    if (node.type === "Function" && property) {
      const { name, children } = node;
      // A keyword with the same name is another entry.
      const entries = [`${name}-function`, `${name}_function`, name]
        .map((key) => [properties[property], types].flatMap((part) => within(part, key)))
        .find(({ length }) => length > 0);
      use(`${name}()`, entries ?? []);
      if (children.first?.type === "Identifier" && children.first.name === "from")
        use(`${name}(from)`, within(types.color?.[name], "relative_syntax"));
    }
  };
  /** @type {EnterOrLeaveFn} */
  const leave = (node) => {
    if (node.type === "Rule") openRules -= 1;
  };
  // The parser continues after an error.
  const onParseError = (/** @type {Error} */ error) => {
    found.push({ where, feature: String(error), lacking: "cannot be parsed" });
  };
  walk(parseStyles(text, { context, positions: true, parseCustomProperty: true, onParseError }), {
    enter,
    leave,
  });
  return found;
}

const elements = [html.elements, svg.elements].flatMap(childrenOf);

/**
 * @param {ReturnType<typeof reporter>} use
 * @param {string} tag empty if unknown: then it is enough that one element supports the attribute
 * @param {string} name
 * @param {string} value
 */
function useAttribute(use, tag, name, value) {
  const owners = elements.filter(([key]) => key === (tag || key)).map(([, element]) => element);
  const known = [...owners, html.global_attributes, svg.global_attributes].filter((one) => one?.[name]);
  const parts = tag ? known.slice(0, 1) : known;
  const entries = parts.map((part) => part?.[name]);
  if (use(`attribute ${name}`, entries) || !value) return;
  use(`${name}="${value}"`, [
    ...entries.map((entry) => entry?.[value]),
    ...parts.map((part) => part?.[`${name}_${value}`]),
  ]);
}

/** @param {string} where @param {string} text */
export function markupFindings(where, text) {
  /** @type {Finding[]} */
  const found = [];
  const use = reporter(found, where);
  const page = new new Window().DOMParser().parseFromString(text, "text/html");
  for (const element of page.querySelectorAll("*")) {
    const tag = element.localName;
    use(`<${tag}>`, [html.elements?.[tag] ?? svg.elements?.[tag]]);
    for (const { name, value } of element.attributes) useAttribute(use, tag, name, value ?? "");
  }
  return found;
}

/** The entries of members by name, from all interfaces. @type {Map<string, Feature[]>} */
const membersAnywhere = new Map();
for (const [, owner] of [api, builtins, builtins.Intl].flatMap(childrenOf))
  for (const [key, entry] of childrenOf(owner)) {
    const name = key.replace(/_static$/, "");
    membersAnywhere.set(name, [...(membersAnywhere.get(name) ?? []), entry]);
  }

/** @param {string} declaring the interface in TypeScript’s library @param {string} name */
function membersOf(declaring, name) {
  if (/^CSSStyle(Declaration|Properties)$/.test(declaring))
    return [properties[name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)]];
  const owner = declaring.replace(/^Readonly(?=Array|Map|Set)|Constructor$/g, "");
  return [api[owner], builtins[owner], builtins.Intl?.[owner]].flatMap((one) => [
    one?.[name],
    one?.[`${name}_static`],
  ]);
}

/** @param {Project} project @param {string} path @param {string} name @param {Finding[]} found */
function readModule({ program, checker }, path, name, found) {
  const source = program.getSourceFile(path);
  if (!source) throw new Error(`TypeScript does not know ${path}`);
  const reporterAt = (/** @type {Node} */ node) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    return reporter(found, `${name}:${line + 1}`);
  };

  /** Whether it is an argument for `h` in shared/dom.js or for a function that calls it. @param {Expression} node */
  const isAttributes = (node) => {
    const type = checker.getContextualType(node);
    return (type && checker.getNonNullableType(type))?.getAliasSymbol()?.name === "Attributes";
  };
  /** @param {CallExpression} call */
  const readCall = (call) => {
    const use = reporterAt(call);
    const callee = is.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
    const called = is.isIdentifier(callee) ? callee.text : "";
    const [first = "", second = ""] = call.arguments.map((one) => (is.isStringLiteral(one) ? one.text : ""));
    const tag = called === "h" || called === "createElement" ? first : "";
    use(`<${tag}>`, [html.elements?.[tag]]);
    if (/^(querySelector(All)?|matches|closest)$/.test(called))
      found.push(...styleFindings(name, first, "selectorList"));
    if (called === "addEventListener") use(`event ${first}`, membersAnywhere.get(`${first}_event`) ?? []);
    if (/^(set|toggle)Attribute$/.test(called)) useAttribute(use, "", first, second);
    for (const one of call.arguments) {
      if (!is.isObjectLiteralExpression(one) || !isAttributes(one)) continue;
      for (const entry of one.properties) {
        if (!is.isPropertyAssignment(entry)) continue;
        const { name: key, initializer } = entry;
        const attribute = is.isIdentifier(key) || is.isStringLiteral(key) ? key.text : "";
        useAttribute(use, tag, attribute, is.isStringLiteral(initializer) ? initializer.text : "");
      }
    }
  };
  /** @type {Identifier[]} */
  const names = [];
  /** @param {Node} node */
  const visit = (node) => {
    if (is.isTypeNode(node)) return;
    if (is.isIdentifier(node)) names.push(node);
    if (is.isCallExpression(node)) readCall(node);
    node.forEachChild(visit);
  };
  visit(source);

  const symbols = checker.getSymbolAtLocation(names);
  for (const [index, node] of names.entries()) {
    const { parent, text } = node;
    const isProperty = is.isPropertyAccessExpression(parent) && parent.name === node;
    const isDestructured = is.isBindingElement(parent) && parent.name === node && !parent.propertyName;
    const type = isDestructured ? checker.getTypeAtLocation(parent.parent) : undefined;
    const symbol = type ? checker.getPropertyOfType(type, text) : symbols[index];
    // The page declares it, not the platform.
    if (symbol?.declarations.some((one) => !/\/lib\.[^/]+\.d\.ts$/.test(one.path))) continue;
    const declaring = symbol?.getParent()?.name ?? "";
    // TypeScript declares static members in unnamed types.
    const isStatic = isProperty && /^(__type)?$/.test(declaring) && is.isIdentifier(parent.expression);
    const owner = isStatic ? parent.expression.text : declaring;
    const globals =
      owner || isProperty || isDestructured ? [] : [api, api.Window, builtins].map((one) => one?.[text]);
    const entries = [...globals, ...(owner ? membersOf(owner, text) : [])];
    const isKnown = entries.some((entry) => entry?.__compat);
    const use = reporterAt(node);
    if (isKnown) use(owner ? `${owner}.${text}` : text, entries);
    // The interface is a mixin, which the data does not have, or unknown to TypeScript.
    else if (isProperty || isDestructured) use(text, membersAnywhere.get(text) ?? []);
  }

  try {
    parseScript(source.text, { ecmaVersion: ECMASCRIPT, sourceType: "module" });
  } catch (error) {
    found.push({ where: name, feature: String(error), lacking: `not in ES${ECMASCRIPT}` });
  }
}

/** Reads all modules of the page, or the given snippets instead. @param {Record<string, string>} [snippets] by name */
export function scriptFindings(snippets) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const config = `${root}tests/baseline.tsconfig.json`;
  const files = Object.fromEntries(Object.entries(snippets ?? {}).map(([name, text]) => [root + name, text]));
  const include = snippets ? [] : ["../src"];
  /** @type {Record<string, string>} */
  const virtual = {
    ...files,
    [config]: JSON.stringify({ extends: "../tsconfig.json", include, files: Object.keys(files) }),
  };
  const typescript = new API({
    fs: { readFile: (name) => virtual[name], fileExists: (name) => name in virtual || undefined },
  });
  try {
    const project = typescript.updateSnapshot({ openProjects: [config] }).getProject(config);
    const isRead = (/** @type {string} */ path) =>
      snippets ? path in files : path.startsWith(`${root}src/`);
    const paths = project?.program.getSourceFileNames().filter(isRead) ?? [];
    if (!project || paths.length === 0) throw new Error("TypeScript found nothing to read");
    /** @type {Finding[]} */
    const found = [];
    for (const path of paths) readModule(project, path, path.slice(root.length), found);
    return found;
  } finally {
    typescript.close();
  }
}
