import { PlimsollError } from '../errors/plimsoll-error.js';

/**
 * Which Toxiproxy carries the faults: the flag, else the environment, else the embedded one.
 * @returns a URL without a slash at its end, or `embedded`. @throws PlimsollError with exit code 2.
 */
export function toxiproxyOf(flag: string | undefined, variable: string | undefined): string {
  const given = flag ?? (variable === '' ? undefined : variable);
  if (given === undefined || given === 'embedded') return 'embedded';
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const source = flag === undefined ? 'TOXIPROXY_URL' : '--toxiproxy';
  if (url !== undefined && (url.username !== '' || url.password !== ''))
    throw new PlimsollError(
      `${source}: found a user or a password in the URL, accepted: a URL without: Toxiproxy asks for none`,
      'usage',
    );
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return given.replace(/\/+$/, '');
  throw new PlimsollError(`${source} ${given}: accepted: embedded, or a URL such as http://127.0.0.1:8474`, 'usage');
}
