/** For the tests of one suite: the page's server and a tab of Chromium that has the focus. */
import { after, before } from "node:test";
import { startChromium } from "./chromium.js";
import { startServer } from "./server.js";

/** @import { Send } from "./chromium.js" */

/** Call it in the suite: both start before its tests and end after them. */
export function openTab() {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof startChromium>>} */
  let chromium;
  /** @type {Send} */
  let send;
  before(async () => {
    server = await startServer();
    chromium = await startChromium();
    send = await chromium.tab();
    await send("Emulation.setFocusEmulationEnabled", { enabled: true });
  });
  after(async () => {
    await chromium?.stop();
    server?.stop();
  });
  return {
    /** @type {Send} */
    send: (method, parameters) => send(method, parameters),
    address: () => server.address,
  };
}
