/** A page of the tests in Chromium: goes to a screen, and asks for what is on it. */
import { setTimeout as pause } from "node:timers/promises";

/** @import { Send } from "./chromium.js" */

const TRIES = 200;

/** @param {Send} send @param {string} expression */
export async function evaluate(send, expression) {
  const { result, exceptionDetails } = await send("Runtime.evaluate", {
    expression,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

/**
 * @param {Send} send
 * @param {string} address of the server of the page
 * @param {string} screen
 * @param {string} [language]
 */
export async function show(send, address, screen, language) {
  const query = new URLSearchParams({ screen, ...(language ? { language } : {}) });
  await send("Page.navigate", { url: `${address}?${query}` });
  for (let tries = 0; tries < TRIES; tries += 1) {
    // The page before may still be there, or be on its way out.
    const title = await evaluate(send, "document.title").catch(() => "");
    if (title === `${screen} stands`) return;
    await pause(25);
  }
  throw new Error(`${screen} does not stand: ${await evaluate(send, "document.body.innerText")}`);
}
