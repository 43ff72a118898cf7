import { systemTokenClock, TokenKeeper } from '../auth/token-keeper.js';
import { tokenSource } from '../auth/token-source.js';
import type { Target } from '../scenario/target.js';

export interface TokenNote {
  readonly level: 'info' | 'warning';
  readonly code: string;
  readonly text: string;
}

/** The token of `target.auth` for as long as the environment is open. */
export interface SharedToken {
  /** The token that counts now; undefined: it has run out. */
  current(): string | undefined;
  /** What happened until somebody listens. */
  readonly before: readonly TokenNote[];
  /** From now on told of each change, until what is returned is called. */
  follow(onToken: (token: string | undefined) => void): () => void;
  /** From now on told what happens; undefined ends that. */
  listen(onNote: ((note: TokenNote) => void) | undefined): void;
  close(): void;
}

/**
 * Fetches the first token and goes on renewing it beside the load.
 * @param keepSecret told each token before anything else is, so that it can be hidden
 * @throws PlimsollError (exit code 6) when the first token cannot be had.
 */
export async function openSharedToken(target: Target, keepSecret: (secret: string) => void): Promise<SharedToken | undefined> {
  const { auth, tls } = target;
  if (auth === undefined) return undefined;
  const before: TokenNote[] = [];
  let current: string | undefined;
  const followers = new Set<(token: string | undefined) => void>();
  let onNote: ((note: TokenNote) => void) | undefined;
  const source = tokenSource(auth, tls);
  const keeper = new TokenKeeper({
    source: async () => {
      const token = await source();
      keepSecret(token.value);
      return token;
    },
    ...(auth.refreshMs === undefined ? {} : { refreshMs: auth.refreshMs }),
    clock: systemTokenClock,
    onToken: (token) => {
      current = token;
      for (const follower of followers) follower(token);
    },
    onEvent: (level, text) => {
      const note = { level, code: 'token', text };
      if (onNote === undefined) before.push(note);
      else onNote(note);
    },
  });
  current = await keeper.open();
  return {
    current: () => current,
    before,
    follow: (follower) => {
      followers.add(follower);
      return () => void followers.delete(follower);
    },
    listen: (listener) => {
      onNote = listener;
    },
    close: () => keeper.close(),
  };
}
