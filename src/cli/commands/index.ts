import type { CommandEntry } from '../command.js';
import { baselineCommand } from './baseline.js';
import { capacityCommand } from './capacity.js';
import { commentCommand } from './comment.js';
import { compareCommand } from './compare.js';
import { doctorCommand } from './doctor.js';
import { faultsCommand } from './faults.js';
import { gateCommand } from './gate.js';
import { initCommand } from './init.js';
import { reportCommand } from './report.js';
import { runCommand } from './run.js';
import { sampleCommand } from './sample.js';
import { sizeCommand } from './size.js';
import { toxiproxyCommand } from './toxiproxy.js';
import { validateCommand } from './validate.js';

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandEntry[] = [
  runCommand,
  capacityCommand,
  gateCommand,
  compareCommand,
  sizeCommand,
  validateCommand,
  reportCommand,
  commentCommand,
  baselineCommand,
  initCommand,
  doctorCommand,
  sampleCommand,
  faultsCommand,
  toxiproxyCommand,
];
