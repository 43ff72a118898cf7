import { PlimsollError } from '../errors/plimsoll-error.js';
import type { JournalEntry } from '../journal/journal-entry.js';
import { checkedOnDoubt, checkedRetries } from '../run/attempts/doubt-settings.js';
import { performAttempts } from '../run/attempts/perform-attempts.js';
import { capacityParts } from '../run/capacity/capacity-parts.js';
import { performCapacity } from '../run/capacity/perform-capacity.js';
import { searchOrderOf } from '../run/capacity/search-order.js';
import { gateParts } from '../run/gate/gate-parts.js';
import { orderedGate } from '../run/gate/ordered-gate.js';
import { DEFAULT_WAIT_QUIET_MS } from '../run/quiet/quiet-watch.js';
import { refuseHosts } from '../run/refuse-hosts.js';
import { runParts } from '../run/run-parts.js';
import { toxiproxyOf } from '../run/toxiproxy-url.js';
import { packageVersion } from '../run/version.js';
import { timelineOf } from '../scenario/plan/timeline.js';
import type { LoadedScenario } from '../scenario/reading/parse-scenario.js';
import { countText, givenRateText, rateText, spanText } from '../text/figure-text.js';
import { Attempt, alone, errorFor, type RepeatedRunOptions, type RunOptions, type RunOutcome } from './outcome.js';
import { CallCount } from './progress.js';
import { loadedOf, type Scenario } from './scenario.js';

/** How a search is carried out. */
export interface SearchOptions extends RunOptions {
  /** Also sweep callers without think time and fit the scalability law; with a budget of 20m always. */
  readonly law?: boolean | undefined;
  /** Also look for the load from which the system comes back by itself after each fault of `capacity.under`. */
  readonly recoverySearch?: boolean | undefined;
}

/** Which builds a gate compares, and how it is carried out. */
export interface GateOptions extends Omit<RunOptions, 'waitQuietMs'> {
  /** The build to compare with: a URL, a folder, `git:REF` or a file of saved runs. Default: `gate.baseline`. */
  readonly baseline?: string | undefined;
  /** The build that is judged: a URL, a folder or `git:REF`. Default: `gate.candidate`, else `target`. */
  readonly candidate?: string | undefined;
  /** The baseline against itself: what this machine can find. */
  readonly self?: boolean | undefined;
}

export function performScenario(scenario: Scenario, options: RepeatedRunOptions): Promise<RunOutcome> {
  return alone(async () => {
    const { loaded, attempt, common, retries } = await prepared(scenario, options);
    const timeline = timelineOf(loaded.scenario);
    const endS = timeline.reduce((end, segment) => Math.max(end, segment.endS), 0);
    let calls = new CallCount(endS, attempt.tell);
    return attempt.outcome(() =>
      performAttempts(
        { ...common, timeline },
        retries,
        { ...runParts, openJournal: (path, redactor) => attempt.journal(runParts.openJournal(path, redactor), () => true) },
        {
          onFolder: attempt.onFolder,
          onStep: (text) => attempt.say(text),
          onOpened: ({ notes }) => {
            for (const { level, text } of notes) attempt.say(text, level);
          },
          onStart: () => {
            // A run that is repeated counts from nothing.
            calls = new CallCount(endS, attempt.tell);
            attempt.say(`load starts: ${spanText(endS)}`);
          },
          onEntry: (entry) => {
            calls.add(entry);
            if (entry.type === 'note' && entry.t > 0) attempt.say(entry.text, entry.level);
          },
          onDriven: attempt.onDriven,
        },
      ),
    );
  });
}

export function performSearch(scenario: Scenario, options: SearchOptions): Promise<RunOutcome> {
  return alone(async () => {
    const { loaded, attempt, common } = await prepared(scenario, options);
    return attempt.outcome(() =>
      performCapacity(
        {
          ...searchOrderOf(loaded.scenario, { law: options.law === true, recoverySearch: options.recoverySearch === true }),
          ...common,
        },
        attempt.watched(capacityParts, ({ type }) => MEASURED.has(type)),
        {
          onFolder: attempt.onFolder,
          onStep: (text) => attempt.say(text),
          onNote: (level, text) => attempt.say(text, level),
          onTrial: ({ under, purpose, offeredRate }, verdict) =>
            attempt.say(
              [under, purpose, givenRateText(offeredRate), verdict?.outcome, verdict?.reason]
                .filter((word) => word !== undefined)
                .join('  '),
            ),
          onPoint: ({ callers, ok, measuredS }) =>
            attempt.say(`sweep  ${countText(callers, 'caller')}  ${rateText(ok / measuredS)}`),
          onLevel: ({ under, offeredRate }, { outcome, reason }) =>
            attempt.say(`${under}  ${givenRateText(offeredRate)}  ${outcome}  ${reason}`),
          onSearchEnd: (under, ending, reason) => attempt.say(`${under}: ${ending}: ${reason}`),
        },
      ),
    );
  });
}

export function performOrderedGate(scenario: Scenario, options: GateOptions): Promise<RunOutcome> {
  return alone(async () => {
    const { attempt, common } = await prepared(scenario, options);
    return attempt.outcome(() =>
      orderedGate(common, options, []).perform(
        attempt.stop,
        attempt.watched(gateParts, ({ type }) => type === 'start'),
        {
          onFolder: attempt.onFolder,
          onStep: (text) => attempt.say(text),
          onNote: (level, text) => attempt.say(text, level),
          onPair: ({ index, discarded }) =>
            attempt.say(`pair ${index + 1}${discarded === undefined ? '' : `  not counted: ${discarded}`}`),
          onLook: ({ outcome }, pairs) => attempt.say(`after ${countText(pairs, 'pair')}: ${outcome}`),
        },
      ),
    );
  });
}

/** Entries of a search of which the first says that something was measured. */
const MEASURED: ReadonlySet<JournalEntry['type']> = new Set(['trial', 'sweep', 'recovery-level', 'second']);

/** Everything that can be refused without touching a file or a socket. */
async function prepared(scenario: Scenario, options: RepeatedRunOptions) {
  try {
    if (typeof options !== 'object' || options === null)
      throw new PlimsollError('the options of a run: accepted: an object such as { out, signal, onProgress }', 'usage');
    const loaded: LoadedScenario = loadedOf(scenario);
    refuseHosts(loaded.scenario);
    const toxiproxy = toxiproxyOf(undefined, process.env.TOXIPROXY_URL);
    const { waitQuietMs = DEFAULT_WAIT_QUIET_MS } = options;
    if (!Number.isFinite(waitQuietMs) || waitQuietMs < 0)
      throw new PlimsollError(`waitQuietMs ${String(waitQuietMs)}: accepted: milliseconds, or 0 for no wait`, 'usage');
    const retries = checkedRetries(options.retries ?? 0, `retries ${String(options.retries)}`);
    const onDoubt = checkedOnDoubt(options.onDoubt ?? 'fail', `onDoubt ${String(options.onDoubt)}`);
    const attempt = new Attempt(options);
    const common = {
      loaded,
      version: packageVersion(),
      labels: {},
      out: options.out,
      toxiproxy,
      stop: attempt.stop,
      waitQuietMs,
      ...(onDoubt === 'warn' ? { onDoubt } : {}),
    };
    return { loaded, attempt, common, retries };
  } catch (error) {
    throw errorFor(error);
  }
}
