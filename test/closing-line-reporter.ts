import type { Reporter, TestModule } from 'vitest/node';

/** Prints the count of all tests as the very last line: `N passed, N failed`, and `, N skipped` where there are any. */
export class ClosingLineReporter implements Reporter {
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
    const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // After whatever the other reporters still write.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}
