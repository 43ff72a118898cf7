import type { CommandEntry } from '../command.js';

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandEntry[] = [];
