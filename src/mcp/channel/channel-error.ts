import { PlimsollError } from '../../errors/plimsoll-error.js';
import { WireFailure } from '../call/wire-failure.js';
import { rpcHint } from '../protocol/rpc-hint.js';

/** Turns what went wrong while a stdio server was opened into a sentence that names what to change (exit code 6, or 8 for a machine that is full). */
export function processError(
  command: readonly string[],
  step: string,
  error: unknown,
  noise: string | undefined,
  redact: (text: string) => string,
): PlimsollError {
  if (error instanceof PlimsollError) return error;
  const shown = redact(`\`${command.join(' ')}\``);
  const said = redact(error instanceof Error ? error.message : String(error));
  const target = (message: string, hint: string): PlimsollError => new PlimsollError(message, 'target', { hint, cause: error });
  if (!(error instanceof WireFailure))
    return target(`${shown}: ${step} failed: ${said}`, rpcHint(step, said).replace('look at its log', 'look at what it prints'));
  const { code = '' } = error.details;
  if (error.kind === 'connect') {
    if (/^(EMFILE|ENFILE|EAGAIN|ENOMEM)$/.test(code))
      return new PlimsollError(`no more processes can be started: ${said}`, 'machine', {
        hint: 'lower sessions.count, or raise the limits (ulimit -n, ulimit -u)',
        cause: error,
      });
    return target(
      `cannot start ${shown}: ${said}`,
      code === 'ENOENT'
        ? 'is the program of target.command installed and on the PATH? Paths count from target.cwd, else from where plimsoll was started'
        : 'target.command must be a program that this user may run',
    );
  }
  const printed =
    noise === undefined
      ? undefined
      : `; it printed to its standard output what is not JSON-RPC: ${JSON.stringify(redact(noise))}`;
  if (printed !== undefined && (error.kind === 'timeout' || error.kind === 'reset'))
    return target(
      `${shown} gave no answer to ${step}: ${said}${printed}`,
      'standard output belongs to MCP: is this the stdio mode of the server? Its log must go to standard error',
    );
  if (error.kind === 'timeout')
    return target(
      `${shown} gave no answer to ${step}: ${said}`,
      'is this an MCP server, started in its stdio mode? It must answer what is sent to its standard input; one that is slow to start needs a longer target.startTimeout',
    );
  if (error.kind === 'malformed')
    return target(
      `${shown} answered ${step} with ${said}`,
      'this breaks JSON-RPC: an answer has "jsonrpc": "2.0", the id of its request, and either result or error',
    );
  return target(`${shown}: ${step} failed: ${said}`, 'run the command by hand, and look at what it prints');
}
