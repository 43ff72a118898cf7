import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/errors/exit-codes.js';
import { toxiproxyOf } from '../../src/run/toxiproxy-url.js';

const usage = (message: string) => expect.objectContaining({ exitCode: EXIT.usage, message: expect.stringContaining(message) });

describe('toxiproxyOf', () => {
  it('takes the flag, else the environment, else the embedded one', () => {
    expect(toxiproxyOf('http://127.0.0.1:8474/', 'http://other:1')).toBe('http://127.0.0.1:8474');
    expect(toxiproxyOf('embedded', 'http://other:1')).toBe('embedded');
    expect(toxiproxyOf(undefined, 'http://other:1')).toBe('http://other:1');
    expect(toxiproxyOf(undefined, '')).toBe('embedded');
    expect(toxiproxyOf(undefined, undefined)).toBe('embedded');
  });

  it('refuses what is no URL, and says which of the two it was', () => {
    expect(() => toxiproxyOf('localhost:8474', undefined)).toThrow(usage('--toxiproxy localhost:8474'));
    expect(() => toxiproxyOf(undefined, 'nonsense')).toThrow(usage('TOXIPROXY_URL nonsense'));
  });
});
