import { ephemeralRange } from '../faults/ephemeral-range.js';
import { nameFault, repeatedNames, valueFault } from '../file/header-text.js';
import type { Problem } from '../file/problem.js';
import type { Tree, TreePath } from '../file/yaml-tree.js';
import { type FileAccess, readFeed } from '../resolve/feeds.js';
import type { Feed } from '../scenario.js';
import type { TlsMaterial } from '../target.js';
import { checkAuth, checkTls } from './access-checks.js';
import { checkCalls } from './call-checks.js';
import { checkEvents } from './event-checks.js';
import { checkFaults } from './fault-checks.js';
import { checkGate } from './gate-checks.js';
import { checkLimits } from './limit-checks.js';
import { type Report, reporter, type ScenarioParts, scenarioParts } from './scenario-parts.js';
import { checkTarget } from './target-checks.js';
import { checkTenants } from './tenant-checks.js';

export interface CrossCheckContext {
  /** Resolves a path of the file to an absolute one. */
  readonly path: (file: string) => string;
  readonly files: FileAccess;
}

export interface CrossCheckResult {
  readonly feeds: Readonly<Record<string, Feed>>;
  readonly tls: TlsMaterial | undefined;
  readonly problems: readonly Problem[];
}

/** What a grammar cannot say: which keys go together, that names exist, that files can be read. Works on every part that is well formed. */
export const crossCheck = (data: Record<string, unknown>, tree: Tree, { path, files }: CrossCheckContext): CrossCheckResult => {
  const problems: Problem[] = [];
  const report = reporter(tree, problems);
  const parts = scenarioParts(data);
  checkTarget(parts, report);
  checkHeaders(parts, report);
  checkAuth(parts, report);
  const tls = checkTls(parts, path, files, report);
  checkPhases(parts, report);
  checkTenants(parts, report);
  checkClient(parts, report);
  const feeds = checkFeeds(parts, path, files, report);
  checkCalls(parts, feeds, report);
  checkFaults(parts, () => ephemeralRange(files.read), report);
  checkEvents(parts, path, files, report);
  checkLimits(parts, path, files, report);
  checkGate(parts, report);
  return { feeds, tls, problems };
};

/** What the client side of a scenario says of itself, and whether the transport has streams to hold. */
const checkClient = ({ target, client, sessions }: ScenarioParts, report: Report): void => {
  if (client !== undefined) {
    for (const name of ['sampling', 'elicitation', 'roots'] as const) {
      const delay = client.value[name]?.delay;
      if (typeof delay === 'object' && 'from' in delay && delay.from >= delay.to)
        report(['client', name, 'delay', 'to'], 'a longest delay that is not above the shortest', 'a time above from');
    }
    const { elicitation } = client.value;
    if (elicitation?.content !== undefined && elicitation.action !== 'accept' && !client.wrong.has('elicitation.action'))
      report(
        ['client', 'elicitation', 'content'],
        `content with action: ${elicitation.action}`,
        'content only with action: accept',
        { key: true },
      );
  }
  if (sessions?.value.stream === true && target?.value.transport === 'stdio')
    report(
      ['sessions', 'stream'],
      'stream with transport: stdio',
      'streamable-http or sse: a process has its pipes and no other stream to hold',
      { key: true },
    );
};

/** Reads the feeds and tells what is wrong with them. */
const checkFeeds = (
  { feeds }: ScenarioParts,
  path: (file: string) => string,
  files: FileAccess,
  report: Report,
): Readonly<Record<string, Feed>> => {
  const read: Record<string, Feed> = {};
  for (const { name, path: at, value, incomplete } of feeds) {
    if (name === 'seq') report(at, 'the name seq', 'another name: {{ seq }} is the index of the arrival', { key: true });
    if (value.file !== undefined && value.rows !== undefined)
      report([...at, 'rows'], 'rows together with file', 'file (CSV) or rows', { key: true });
    else if (value.file === undefined && value.rows === undefined) {
      if (!incomplete) report(at, 'a feed with neither file nor rows', 'file (CSV) or rows');
    } else {
      const { feed, found, accepted = '' } = readFeed(value, path, files);
      read[name] = feed;
      if (found !== undefined) report([...at, 'file'], found, accepted);
    }
  }
  return read;
};

/** Header names and values that can be sent, of the target and of each tenant: what cannot would fail in our own HTTP client, with every call. */
const checkHeaders = ({ target, tenants }: ScenarioParts, report: Report): void => {
  const check = (path: TreePath, headers: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(headers)) {
      const wrongName = nameFault(name);
      if (wrongName !== undefined)
        report([...path, name], wrongName.found, wrongName.accepted, { key: true, hint: wrongName.hint });
      const wrongValue = valueFault(value);
      if (wrongValue !== undefined) report([...path, name], wrongValue.found, wrongValue.accepted, { hint: wrongValue.hint });
    }
    for (const name of repeatedNames(Object.keys(headers)))
      report([...path, name], `the header ${name} a second time`, 'each header once; upper and lower case are the same', {
        key: true,
      });
  };
  if (target !== undefined) check(['target', 'headers'], target.value.headers);
  for (const { path, value } of tenants) check([...path, 'headers'], value.headers);
};

const RESERVED = ['fault', 'recovery', 'edge'];

/** Open or closed, one name each, bursts that are bursts. */
const checkPhases = ({ phases }: ScenarioParts, report: Report): void => {
  const seen = new Map<string, number>();
  phases.forEach(({ path, value, incomplete }) => {
    const { name, rate, users, think, kind, warmUp } = value;
    if (rate === undefined && users === undefined && !incomplete)
      report(path, 'a phase with neither rate nor users', 'rate (open model) or users (closed model)');
    if (rate !== undefined && users !== undefined)
      report([...path, 'users'], 'users together with rate', 'rate (open model) or users (closed model)', { key: true });
    if (think !== undefined && users === undefined && !incomplete)
      report([...path, 'think'], 'think without users', 'think belongs to the closed model (users)', { key: true });
    if (kind !== undefined) {
      const ramp = rate !== undefined && rate.fromPerS !== rate.toPerS;
      const why = users !== undefined ? 'a closed phase' : ramp ? 'a ramp' : warmUp ? 'a warm-up' : undefined;
      if (why !== undefined)
        report([...path, 'kind'], `kind: burst on ${why}`, 'kind: burst on a constant rate that is judged', { key: true });
    }
    if (RESERVED.includes(name))
      report(
        [...path, 'name'],
        JSON.stringify(name),
        `another name: ${RESERVED.join(', ')} are kinds of their own in slo.during`,
      );
    const first = seen.get(name);
    if (first !== undefined)
      report([...path, 'name'], `the name ${JSON.stringify(name)} a second time`, 'a name of its own for each phase', {
        hint: `first at load.phases.${first}`,
      });
    else seen.set(name, Number(path.at(-1)));
  });
};
