import { EXIT } from '../errors/exit-codes.js';
import { runCli } from './cli.js';
import { processConsole } from './console.js';
import { reportFailure } from './failure.js';

const console = processConsole({ noColor: process.argv.includes('--no-color') });
try {
  process.exitCode = await runCli(process.argv.slice(2));
} catch (error) {
  process.exitCode = reportFailure(error, console) ?? EXIT.internalError;
}
