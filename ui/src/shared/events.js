/**
 * Events of the document that one part of the page sends to all others. They carry no data.
 */

/** A bearer token was accepted for the open session. */
export const SIGNED_IN = "signed-in";
/** Other network settings are in force. */
export const NETWORK_CHANGED = "network-changed";
/** The rows of the table have another height. */
export const DENSITY_CHANGED = "density-changed";
/** What has changed since the last look is shown, or not any more. */
export const CHANGES_SWITCHED = "changes-switched";
/** The app was locked while nobody was signed in. */
export const LOCKED = "locked";
