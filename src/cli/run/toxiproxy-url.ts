import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';

/**
 * Which Toxiproxy carries the faults: the flag, else the environment, else the embedded one.
 * @returns a URL without a slash at its end, or `embedded`. @throws PlimsollError with exit code 2.
 */
export function toxiproxyOf(flag: string | undefined, variable: string | undefined): string {
  const given = flag ?? (variable === '' ? undefined : variable);
  if (given === undefined || given === 'embedded') return 'embedded';
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return given.replace(/\/+$/, '');
  const source = flag === undefined ? 'TOXIPROXY_URL' : '--toxiproxy';
  throw new PlimsollError(`${source} ${given}: accepted: embedded, or a URL such as http://127.0.0.1:8474`, EXIT.usage);
}
