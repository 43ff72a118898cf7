import { rmSync } from 'node:fs';
import type { ExitCode } from '../errors/exit-codes.js';
import { writeFileAtomically } from '../journal/atomic-file.js';
import { renderJunit } from '../report/junit.js';
import { renderMarkdown } from '../report/markdown.js';
import { reportInputOf } from '../report/report-input.js';
import type { Result } from '../result/result.js';
import { resultText } from '../result/result-text.js';
import { kubernetesManifest, PLACEHOLDERS } from '../sizing/kubernetes-manifest.js';
import { type DerivedResult, deriveResult } from './derive-result.js';
import type { RunFolder } from './run-folder.js';

/** A run that was measured, judged and written down. */
export interface FinishedRun extends DerivedResult {
  readonly folder: RunFolder;
  readonly exitCode: ExitCode;
}

/**
 * Derives everything else in a run folder from its journal: result, histogram log, reports. Used by `run` at its end and by `report` later.
 * The cheap files come first, so that a disk that is nearly full keeps the figures.
 * @throws PlimsollError with exit code 2 when the journal cannot be read; whatever the disk says when a file cannot be written.
 */
export async function finishRun(folder: RunFolder): Promise<FinishedRun> {
  const { analysis, result } = deriveResult(folder.journal, { hdrLog: folder.latency });
  const input = reportInputOf(analysis, result);
  writeFileAtomically(folder.result, resultText(result));
  writeFileAtomically(folder.junit, renderJunit(input));
  writeFileAtomically(folder.summary, renderMarkdown(input));
  writeKubernetes(folder, result);
  // Charts bring a large library along, which only this needs.
  const { renderReport } = await import('../report/html/sections/render-report.js');
  writeFileAtomically(folder.html, await renderReport(input));
  return { folder, analysis, result, exitCode: result.verdict.exitCode as ExitCode };
}

/** Beside a capacity search that was sized, for a number of instances that exists. One that an earlier version wrote for a plan that does not fit goes. */
function writeKubernetes(folder: RunFolder, { run, capacity }: Result): void {
  const { sizing } = capacity ?? {};
  const manifest = sizing === undefined ? undefined : kubernetesManifest(sizing, { name: run.scenario, ...PLACEHOLDERS });
  if (manifest !== undefined) writeFileAtomically(folder.kubernetes, manifest);
  else if (capacity !== undefined) rmSync(folder.kubernetes, { force: true });
}
