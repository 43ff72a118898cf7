import { runCli } from './cli.js';
import { processConsole } from './console.js';
import { reportFailure } from './failure.js';

const args = process.argv.slice(2);
/** Whether a flag was given, before what is another program's. */
const given = (flag: string): boolean => args.slice(0, args.includes('--') ? args.indexOf('--') : undefined).includes(flag);

const console = processConsole({ noColor: given('--no-color') });
const json = given('--json');
// What nobody caught goes the same way as everything else that is printed.
process.on('uncaughtException', (error) => process.exit(reportFailure(error, console, { json })));
process.exitCode = await runCli(args, console).catch((error: unknown) => reportFailure(error, console, { json }));
