import type { CommandEntry } from '../command.js';
import { faultsCommand } from './faults.js';
import { initCommand } from './init.js';
import { reportCommand } from './report.js';
import { sampleCommand } from './sample.js';
import { toxiproxyCommand } from './toxiproxy.js';
import { validateCommand } from './validate.js';

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandEntry[] = [
  validateCommand,
  reportCommand,
  initCommand,
  sampleCommand,
  faultsCommand,
  toxiproxyCommand,
];
