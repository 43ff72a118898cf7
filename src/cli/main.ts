import { runCli } from './cli.js';
import { processConsole } from './console.js';
import { reportFailure } from './failure.js';

const console = processConsole({ noColor: process.argv.includes('--no-color') });
const code = await runCli(process.argv.slice(2)).catch((error: unknown) => reportFailure(error, console));
process.exitCode = code;
