import { readFileSync } from 'node:fs';
import { PlimsollError } from '../errors/plimsoll-error.js';

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user that PostgreSQL runs as: it refuses to be root, and must be somebody whom the system knows. As root that is `postgres` where
 * there is one, else `nobody`; no user is made for it. Undefined where we are not root.
 */
export function databaseUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = chooseUser(readFileSync('/etc/passwd', 'utf8'));
  if (user !== undefined) return user;
  throw new PlimsollError('PostgreSQL does not run as root, and there is no user postgres or nobody', 'machine', {
    hint: 'run plimsoll as another user, or start a PostgreSQL yourself and give its address with --database',
  });
}

/** @param passwd text of /etc/passwd */
export function chooseUser(passwd: string): SystemUser | undefined {
  for (const name of ['postgres', 'nobody']) {
    const fields = passwd
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':');
    const uid = Number(fields?.[2] ?? Number.NaN);
    const gid = Number(fields?.[3] ?? Number.NaN);
    if (Number.isSafeInteger(uid) && Number.isSafeInteger(gid) && uid > 0) return { uid, gid };
  }
  return undefined;
}
