import { readFileSync } from 'node:fs';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { writeFileAtomically } from '../journal/atomic-file.js';
import type { FaultEngine } from '../journal/fault-entry.js';

/** A proxy as it has to be left: what is needed to undo everything that may have been done to it. */
export interface IntendedProxy {
  readonly name: string;
  readonly dependency: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  /** Ours: it is deleted in the end. */
  readonly made: boolean;
  /** Names of our toxics that are, or are about to be, in force. */
  readonly toxics: readonly string[];
}

/** `faults.json` of a run: written before each injection, so that a loss of everything but the disk can be cleaned up after. */
export interface FaultIntent {
  readonly schema: 'plimsoll.faults/1';
  readonly runId: string;
  readonly engine: FaultEngine;
  /** True once everything was taken back. */
  readonly clean: boolean;
  readonly proxies: readonly IntendedProxy[];
}

/** @throws what the file system says. */
export function writeIntent(path: string, intent: FaultIntent): void {
  writeFileAtomically(path, `${JSON.stringify(intent, undefined, 2)}\n`);
}

/** @throws PlimsollError with exit code 2 when there is none, or it is not one. */
export function readIntent(path: string): FaultIntent {
  let intent: Partial<FaultIntent>;
  try {
    intent = JSON.parse(readFileSync(path, 'utf8')) as Partial<FaultIntent>;
  } catch (cause) {
    throw new PlimsollError(`cannot read ${path}: ${(cause as Error).message}`, 'usage', {
      hint: 'name the folder of a run that had faults',
      cause,
    });
  }
  if (intent.schema === 'plimsoll.faults/1' && Array.isArray(intent.proxies)) return intent as FaultIntent;
  throw new PlimsollError(`${path} is not the fault record of a run`, 'usage');
}
