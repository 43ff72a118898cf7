import type { Auth, TlsMaterial } from '../scenario/target.js';
import { clientCredentialsSource } from './client-credentials.js';
import type { TokenSource } from './token.js';
import { commandSource } from './token-command.js';

/** Where the tokens of a scenario's `target.auth` come from. */
export function tokenSource(auth: Auth, tls: TlsMaterial | undefined): TokenSource {
  switch (auth.kind) {
    case 'bearer':
      // There is no other to be had: whether it has run out is for the server to say.
      return () => Promise.resolve({ value: auth.token });
    case 'command':
      return commandSource(auth);
    case 'client-credentials':
      return clientCredentialsSource(auth, auth.timeoutMs, tls);
  }
}
