import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { type CapacityFigures, capacity as capacitySchema } from '../../result/capacity-figures.js';
import { capacitySettings } from '../../scenario/capacity-settings.js';
import { loadSchema } from '../../scenario/schema/load-schema.js';
import type { SizedScenario } from '../../sizing/sizing-inputs.js';
import { settingsOfSizing } from '../../sizing/sizing-settings.js';
import { deriveResult } from '../derive-result.js';
import { runFolderAt } from '../run-folder.js';
import { sizedScenario } from '../sized-scenario.js';
import { targetKeepsSessions } from '../target-facts.js';

type Block = Readonly<Record<string, unknown>>;

/** A saved capacity search, ready to be sized again. */
export interface SavedSearch {
  readonly name: string;
  readonly capacity: CapacityFigures;
  readonly scenario: SizedScenario;
  readonly stateful: boolean | undefined;
}

/**
 * Reads a run folder, by its journal where it has one, or a result.json alone: then what was given is in its sizing.
 * @throws PlimsollError with exit code 2 when there is no capacity search in it
 */
export function savedSearch(path: string): SavedSearch {
  const full = resolve(path);
  if (!existsSync(full)) throw new PlimsollError(`${path}: no such run folder or result.json`, 'usage');
  const folder = statSync(full).isDirectory() ? runFolderAt(full) : undefined;
  if (folder !== undefined && existsSync(folder.journal)) return ofJournal(folder.journal, path);
  return ofResult(folder?.result ?? full, path);
}

function ofJournal(journal: string, path: string): SavedSearch {
  const { analysis, result } = deriveResult(journal);
  if (result.capacity === undefined) throw noSearch(path);
  return {
    name: result.run.scenario,
    capacity: result.capacity,
    scenario: sizedScenario(analysis.scenario),
    stateful: targetKeepsSessions(result.run.target),
  };
}

function ofResult(file: string, path: string): SavedSearch {
  if (!existsSync(file))
    throw new PlimsollError(`${join(path, 'result.json')}: no such file, and no journal next to it`, 'usage');
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new PlimsollError(`${path} is not JSON: ${(cause as Error).message}`, 'usage', { cause });
  }
  return searchOfResult(read, path);
}

/**
 * The same of what a result.json holds.
 * @param path what it is called in errors
 * @throws PlimsollError with exit code 2 when there is no capacity search in it
 */
export function searchOfResult(content: unknown, path: string): SavedSearch {
  const read = content as {
    readonly capacity?: unknown;
    readonly run?: { readonly scenario?: unknown; readonly target?: unknown };
  } | null;
  if (read === null || typeof read !== 'object' || read.capacity === undefined) throw noSearch(path);
  const capacity = capacitySchema.safeParse(read.capacity);
  if (!capacity.success) {
    const [issue] = capacity.error.issues;
    throw new PlimsollError(
      `${path}: its capacity cannot be read (${['capacity', ...(issue?.path ?? [])].map(String).join('.')}: ${issue?.message})`,
      'usage',
      { hint: 'it was written by another version; `plimsoll report RUN` makes it again from the run folder' },
    );
  }
  const { sizing } = capacity.data;
  return {
    name: typeof read.run?.scenario === 'string' ? read.run.scenario : 'server',
    capacity: capacity.data,
    scenario: {
      capacity: sizing === undefined ? capacitySettings() : settingsOfSizing(sizing),
      dependencies: {},
      load: { timeoutMs: loadSchema.shape.timeout.parse(undefined) },
      defaultTimeout: true,
      saved: sizing,
    },
    stateful: targetKeepsSessions((read.run?.target ?? {}) as Block),
  };
}

const noSearch = (path: string): PlimsollError =>
  new PlimsollError(`${path} holds no capacity search`, 'usage', {
    hint: '`plimsoll capacity SCENARIO` makes one; name its run folder or its result.json',
  });
