/** The shape of a catalogue, and of what goes into its messages: a key or a value that is missing does not compile. */
import type { EN } from "../src/words/en.js";

export type Key = keyof typeof EN;

/** A text, or one per plural category of `Intl.PluralRules`. */
export type Message = string | ({ readonly other: string } & { readonly [Form in Intl.LDMLPluralRule]?: string });

export type Catalogue = { readonly [K in Key]: Message };

/** The names in braces. */
type Names<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

type NamesOf<K extends Key> = (typeof EN)[K] extends { readonly other: infer Other }
  ? Names<Other>
  : Names<(typeof EN)[K]>;

/** Nothing for a message without braces, else one object with a value for each; what counts is a number. */
export type Values<K extends Key, Value> = [NamesOf<K>] extends [never]
  ? []
  : [{ readonly [Name in NamesOf<K>]: Name extends "count" ? number : Value }];
