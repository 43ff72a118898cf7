import type { Reporter, TestModule } from 'vitest/node';
import { MOST_RERUNS, Reruns } from './reruns.js';

/**
 * Prints the count of all tests as the very last line: `N passed, N failed`, and `, N skipped` where there are any. Before it come the whole runs that were
 * made again because the machine was busy; too many of them are a failure.
 */
export class ClosingLineReporter implements Reporter {
  readonly #reruns = new Reruns();

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let skipped = 0;
    // A file that could not be loaded, and an error outside any test, are failures too.
    let failed = errors.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped += 1;
      }
    }
    const lines = closingLines({ passed, failed, skipped }, this.#reruns.end());
    // After whatever the other reporters still write.
    process.once('exit', () => {
      if (lines.tooMany) process.exitCode = 1;
      process.stdout.write(`${lines.text.join('\n')}\n`);
    });
  }
}

/** What is printed at the end. Pure. */
export function closingLines(
  { passed, failed, skipped }: { readonly passed: number; readonly failed: number; readonly skipped: number },
  reruns: readonly string[],
): { readonly text: readonly string[]; readonly tooMany: boolean } {
  const tooMany = reruns.length > MOST_RERUNS;
  const counted = `${passed} passed, ${failed + (tooMany ? 1 : 0)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  const again = `${reruns.length} ${reruns.length === 1 ? 'run' : 'runs'} made again or in doubt, because this machine was busy (at most ${MOST_RERUNS})`;
  return { text: [...reruns.map((line) => `  ${line}`), ...(reruns.length === 0 ? [] : [again]), counted], tooMany };
}
