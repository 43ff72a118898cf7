import { compact } from './file/compact.js';
import type { TlsMaterial } from './target.js';

/** What a TLS connection is made with, in the words of `tls.connect`; undici takes the same. */
export interface TlsConnectOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
}

/** An own authority stands in place of those of Node, as `tls.connect` has it: a server with another certificate is refused. */
export const connectOptions = ({ ca, cert, key, passphrase, serverName, insecure }: TlsMaterial): TlsConnectOptions => ({
  ...compact({ ca, cert, key, passphrase, servername: serverName }),
  rejectUnauthorized: !insecure,
});
