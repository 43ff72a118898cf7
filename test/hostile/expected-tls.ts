import type { OutcomeClass } from '../../src/scenario/outcome.js';
import type { TlsMisbehaviour } from './misbehaving-tls-server.js';

/** Those that end at the timeout of the call. */
export const SILENT_TLS = ['tls-silence'] as const satisfies readonly TlsMisbehaviour[];

/** A call whose connection meets the misbehaviour: its class, and what its text says. The server was right when the sessions were opened. */
export const EXPECTED_TLS: Readonly<
  Record<Exclude<TlsMisbehaviour, (typeof SILENT_TLS)[number]>, { readonly outcome: OutcomeClass; readonly says: RegExp }>
> = {
  'tls-expired': { outcome: 'connect-failed', says: /certificate has expired/ },
  'tls-signed-by-a-stranger': { outcome: 'connect-failed', says: /self-signed certificate/ },
  'tls-for-another-name': { outcome: 'connect-failed', says: /does not match certificate's altnames/ },
  'tls-wants-our-certificate': { outcome: 'connection-reset', says: /./ },
  'tls-old-version': { outcome: 'connect-failed', says: /protocol version/ },
  'tls-no-cipher-of-ours': { outcome: 'connect-failed', says: /handshake failure/ },
  'tls-plain-http': { outcome: 'connect-failed', says: /wrong version number|packet length too long/ },
  'tls-garbage': { outcome: 'connect-failed', says: /wrong version number|packet length too long/ },
  'tls-reset-in-handshake': { outcome: 'connect-failed', says: /reset|disconnected|ECONNRESET/i },
  'tls-closed-in-handshake': { outcome: 'connect-failed', says: /disconnected|closed|ECONNRESET/i },
};

/** What a driver that meets it at its start says, with exit 6. */
export const OPENED_TLS: Readonly<Record<TlsMisbehaviour, RegExp>> = {
  'tls-expired': /has expired/,
  'tls-signed-by-a-stranger': /is not trusted/,
  'tls-for-another-name': /is for another name/,
  'tls-wants-our-certificate': /refused our side of TLS|closed the connection/,
  'tls-old-version': /speak TLS|refused our side/,
  'tls-no-cipher-of-ours': /refused our side of TLS/,
  'tls-plain-http': /does not speak TLS/,
  'tls-garbage': /does not speak TLS/,
  'tls-reset-in-handshake': /closed the connection|ECONNRESET/,
  'tls-closed-in-handshake': /closed the connection|ECONNRESET/,
  'tls-silence': /no answer|time/,
};
