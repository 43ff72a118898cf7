import { expect, it } from 'vitest';
import { SecretFilter } from '../../../src/mcp/call/secret-filter.js';

it('hides what was added, and what is over for as long as an answer may still name it', () => {
  const filter = new SecretFilter({ authorization: 'Bearer token-of-ours' });
  const session = (i: number): string => `session-number-${i}.`;
  filter.add(session(0));
  filter.retire(session(0));
  expect(filter.redact(`gone: ${session(0)} (token-of-ours)`)).toBe('gone: *** (***)');
  // Only so many are kept: a run that renews its sessions for hours takes no more memory for it.
  for (let i = 1; i <= 1000; i++) {
    filter.add(session(i));
    filter.retire(session(i));
  }
  expect(filter.redact(session(0))).toBe(session(0));
  expect(filter.redact(session(1))).toBe('***');
  expect(filter.redact('Bearer token-of-ours')).toBe('***');
});

it('goes on hiding an id that a server gives again and again', () => {
  const filter = new SecretFilter({});
  filter.add('always-the-same');
  for (let i = 0; i < 3000; i++) {
    filter.add('always-the-same');
    filter.retire('always-the-same');
  }
  expect(filter.redact('always-the-same')).toBe('***');
});

it('knows nothing of what was never added', () => {
  const filter = new SecretFilter({});
  filter.retire('never-added');
  expect(filter.redact('never-added')).toBe('never-added');
});
