import { describe, expect, it } from 'vitest';
import { hostsNotAllowed, isLoopbackHost } from '../../src/scenario/hosts.js';
import { minimal, parse } from './minimal.js';

describe('isLoopbackHost', () => {
  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    '127.0.0.1',
    '127.9.8.7',
    '::1',
    '[::1]',
    '::ffff:127.0.0.1',
    '[::ffff:7f00:1]',
  ])('%s is this machine', (host) => expect(isLoopbackHost(host)).toBe(true));
  it.each([
    '',
    'localhost.example.org',
    'notlocalhost',
    '127.0.0.1.example.org',
    '128.0.0.1',
    '0.0.0.0',
    '127.0.0',
    '127.0.0.256',
    '::',
    '::2',
    '::ffff:8f00:1',
    '127.1.example',
  ])('%j may be another one', (host) => expect(isLoopbackHost(host)).toBe(false));
});

describe('hostsNotAllowed', () => {
  const scenario = (target: string) => parse(minimal({ target })).scenario;

  it('lists every host that traffic would go to and nobody named, once', () => {
    const urls =
      '{ url: ["http://A.example/mcp", "http://a.example:81/mcp", "http://127.0.0.1:1/mcp"], metrics: "http://m.example/x", health: { live: "http://[2001:db8::1]/l" } }';
    expect(hostsNotAllowed(scenario(urls), [])).toEqual(['a.example', '2001:db8::1', 'm.example']);
    expect(hostsNotAllowed(scenario(urls), ['A.EXAMPLE', '[2001:db8::1]', 'm.example'])).toEqual([]);
  });

  it('takes target.allow', () => {
    expect(hostsNotAllowed(scenario('{ url: "http://a.example/mcp", allow: [a.example] }'), [])).toEqual([]);
    expect(hostsNotAllowed(scenario('{ url: "http://a.example.org/mcp", allow: [a.example] }'), [])).toEqual(['a.example.org']);
  });

  it('sees through other writings of an address', () => {
    expect(hostsNotAllowed(scenario('{ url: "http://2130706433/mcp" }'), [])).toEqual([]);
    expect(hostsNotAllowed(scenario('{ url: "http://127.0.0.1@evil.example/mcp" }'), [])).toEqual(['evil.example']);
  });
});
