/** When and where a run was made: runs of one sitting are closer to one another than to those of the next. */
export interface Sitting {
  readonly host: string;
  /** Names one start of that machine; absent where it does not tell. */
  readonly boot?: string | undefined;
  /** UTC, for instance 2026-11-21. */
  readonly day: string;
}

/** The sitting of a run, from what it kept of its machine. */
export function sittingOf({
  host,
  startedAt,
}: {
  readonly host: Readonly<Record<string, unknown>>;
  readonly startedAt: string;
}): Sitting {
  const { hostname, boot } = host;
  return {
    host: typeof hostname === 'string' ? hostname : 'unnamed',
    ...(typeof boot === 'string' ? { boot } : {}),
    day: startedAt.slice(0, 10),
  };
}

/** Runs by their sitting; undefined where one does not tell its own. */
export function bySitting<Run extends { readonly sitting?: Sitting | undefined }>(
  runs: readonly Run[],
): readonly (readonly Run[])[] | undefined {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    if (run.sitting === undefined) return undefined;
    const { host, boot = '', day } = run.sitting;
    const key = JSON.stringify([host, boot, day]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}
