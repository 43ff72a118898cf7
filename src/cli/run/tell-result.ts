import { renderTerminalCapacity } from '../../report/capacity-terminal.js';
import { renderTerminalGate } from '../../report/gate-terminal.js';
import { reportInputOf } from '../../report/report-input.js';
import { renderTerminalSummary } from '../../report/terminal.js';
import { jsonText } from '../../result/result-text.js';
import type { FinishedRun } from '../../run/finish-run.js';
import type { Console } from '../console.js';
import { tellGithub } from './tell-github.js';

/** Prints what a run came to: the result on stdout, as JSON or in words. */
export function tellResult(
  finished: FinishedRun,
  console: Console,
  options: { readonly json: boolean; readonly quiet: boolean; readonly scenario?: string | undefined },
): void {
  const { result, analysis, folder } = finished;
  const { verdict } = result;
  if (options.json) console.json(result, jsonText);
  else if (options.quiet) console.out(`${verdict.outcome}: ${verdict.summary}`);
  else {
    const { capacity, gate, run } = result;
    const colours = { colours: console.color };
    const lines =
      gate !== undefined
        ? renderTerminalGate({ run, gate, verdict }, colours)
        : capacity === undefined
          ? renderTerminalSummary(reportInputOf(analysis, result), colours)
          : renderTerminalCapacity({ verdict, sessions: result.sessions }, capacity, colours);
    console.painted(lines);
  }
  tellGithub(finished, console, process.env, options.json, options.scenario);
  console.err(`report: ${folder.html}`);
}
