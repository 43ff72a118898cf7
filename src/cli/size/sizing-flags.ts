import type { Options } from 'yargs';
import { SIZING_DESCRIPTIONS, type SizingInputName } from '../../scenario/schema/sizing-descriptions.js';
import { once } from '../command.js';

/** The inputs of the sizing as flags, each by its name below `capacity` in a scenario. */
export const sizingOptions = Object.fromEntries(
  Object.entries(SIZING_DESCRIPTIONS).map(([name, words]) => [name, { ...once, describe: flagText(words) }]),
) as Readonly<Record<SizingInputName, typeof once & Options>>;

/** What it is, without its default: that holds for a search which is sized for the first time. */
function flagText(words: string): string {
  return words.replace(/ Default: .*$/, '').replace(/\.$/, '');
}
