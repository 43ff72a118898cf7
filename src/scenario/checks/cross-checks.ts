import { ephemeralRange } from '../faults/ephemeral-range.js';
import type { Problem } from '../file/problem.js';
import type { Tree } from '../file/yaml-tree.js';
import type { FileAccess } from '../resolve/feeds.js';
import type { Feed } from '../scenario.js';
import type { TlsMaterial } from '../target.js';
import { checkAuth, checkTls } from './access-checks.js';
import { checkCalls } from './call-checks.js';
import { checkClient } from './client-checks.js';
import { checkEvents } from './event-checks.js';
import { checkFaults } from './fault-checks.js';
import { checkFeeds } from './feed-checks.js';
import { checkGate } from './gate-checks.js';
import { checkHeaders } from './header-checks.js';
import { checkLimits } from './limit-checks.js';
import { checkPhases } from './phase-checks.js';
import { reporter, scenarioParts } from './scenario-parts.js';
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
