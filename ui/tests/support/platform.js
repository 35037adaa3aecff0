/** The system as the page sees it, for tests without a page: Node.js 20 has no `navigator`. */

/** @param {string} platform */
export const setPlatform = (platform) =>
  Object.defineProperty(globalThis, "navigator", { value: { platform }, configurable: true, writable: true });
