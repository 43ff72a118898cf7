import { createPrivateKey, X509Certificate } from 'node:crypto';
import { compact } from '../file/compact.js';
import type { FileAccess } from '../resolve/feeds.js';
import type { TlsMaterial } from '../target.js';
import type { Report, ScenarioParts } from './scenario-parts.js';

const SOURCES = ['bearer', 'command', 'clientCredentials'] as const;

/** Where the token comes from: one source, over HTTP, and no other authorization header beside it. */
export const checkAuth = ({ target }: ScenarioParts, report: Report): void => {
  const auth = target?.value.auth;
  if (target === undefined || auth === undefined) return;
  const path = ['target', 'auth'];
  const given = SOURCES.filter((source) => auth[source] !== undefined);
  if (target.value.transport === 'stdio')
    report(path, 'auth with transport: stdio', 'env: a stdio server takes its credentials from its environment', { key: true });
  if (given.length === 0 && !target.incomplete) report(path, 'auth without a source', `one of ${SOURCES.join(', ')}`);
  for (const source of given.slice(1))
    report([...path, source], `${source} together with ${given[0]}`, `one of ${SOURCES.join(', ')}`, { key: true });
  const header = Object.keys(target.value.headers).find((name) => name.toLowerCase() === 'authorization');
  if (header !== undefined)
    report(['target', 'headers', header], `${header} together with target.auth`, 'one of them: auth sends the header', {
      key: true,
    });
  if (auth.bearer !== undefined && !/^(?:Bearer\s+)?[\x21-\x7e]+$/i.test(auth.bearer.trim()))
    report([...path, 'bearer'], 'a token with blanks or line breaks in it', 'the token alone');
};

/**
 * Reads the files of `target.tls` and sees to it that they are what they should be.
 * @returns the material, or undefined when there is none or something is wrong with it
 */
export const checkTls = (
  { target }: ScenarioParts,
  path: (file: string) => string,
  files: FileAccess,
  report: Report,
): TlsMaterial | undefined => {
  const tls = target?.value.tls;
  if (target === undefined || tls === undefined) return undefined;
  const at = (key: string): string[] => ['target', 'tls', key];
  const urls = typeof target.value.url === 'string' ? [target.value.url] : (target.value.url ?? []);
  const tokenUrl = target.value.auth?.clientCredentials?.tokenUrl;
  const known = !target.wrong.has('url') && !target.wrong.has('auth.clientCredentials') && !target.wrong.has('auth');
  if (known && ![...urls, ...(tokenUrl === undefined ? [] : [tokenUrl])].some((url) => url.startsWith('https:')))
    report(['target', 'tls'], 'tls without an https:// URL', 'an https:// URL, or no tls', { key: true });
  const read = (key: 'ca' | 'cert' | 'key', label: RegExp, what: string): string | undefined => {
    const file = tls[key];
    if (file === undefined) return undefined;
    let text: string;
    try {
      text = files.read(path(file));
    } catch (error) {
      report(
        at(key),
        `${JSON.stringify(file)}, which cannot be read (${String((error as { code?: unknown }).code)})`,
        `a PEM file with ${what}, relative to the scenario file`,
      );
      return undefined;
    }
    if (label.test(text)) return text;
    report(at(key), `${JSON.stringify(file)}, which holds no ${what}`, `a PEM file with ${what}`, {
      hint: 'a PEM file has lines such as -----BEGIN CERTIFICATE-----; openssl converts other forms',
    });
    return undefined;
  };
  const ca = read('ca', /-----BEGIN (TRUSTED )?CERTIFICATE-----/, 'certificate');
  const cert = read('cert', /-----BEGIN CERTIFICATE-----/, 'certificate');
  const key = read('key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'private key');
  if ((tls.cert === undefined) !== (tls.key === undefined) && !target.incomplete) {
    const [there, missing] = tls.cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    report(at(there), `${there} without ${missing}`, 'both: a client certificate is a certificate and its key', { key: true });
  } else if (cert !== undefined && key !== undefined && !target.wrong.has('tls.passphrase'))
    checkPair(cert, key, tls.passphrase, (name, found, accepted) => report(at(name), found, accepted));
  return {
    insecure: tls.insecure,
    ...compact({ ca, cert, key, passphrase: tls.passphrase, serverName: tls.serverName }),
  };
};

/** Certificate and key belong together, the key opens, and the certificate is good today. */
const checkPair = (
  cert: string,
  key: string,
  passphrase: string | undefined,
  report: (name: 'cert' | 'key', found: string, accepted: string) => void,
): void => {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch (error) {
    report('cert', `a certificate that cannot be read (${(error as Error).message})`, 'a PEM file with a certificate');
    return;
  }
  try {
    const opened = createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
    if (!certificate.checkPrivateKey(opened))
      report('key', 'the key of another certificate', 'the key that belongs to target.tls.cert');
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    const locked = code === 'ERR_MISSING_PASSPHRASE' || /bad decrypt|passphrase|interrupted/i.test(message);
    report(
      'key',
      locked ? 'an encrypted key that target.tls.passphrase does not open' : `a key that cannot be read (${message})`,
      'a private key, and its passphrase where it is encrypted',
    );
  }
};
