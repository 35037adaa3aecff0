/** The testing library under its own name, for modules in a browser: it comes as a script. */
const library = /** @type {any} */ (window).TestingLibraryDom;

export const { fireEvent, within } = library;
