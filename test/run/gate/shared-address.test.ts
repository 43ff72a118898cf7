import { describe, expect, it } from 'vitest';
import { sharedAddress } from '../../../src/run/gate/shared-address.js';
import { minimal, parse } from '../../scenario/minimal.js';

const build = (port: string, more: { readonly started?: boolean; readonly health?: string; readonly listen?: string } = {}) => {
  const { started = true, health, listen } = more;
  const server = started ? ', server: { command: [node, server.js] }' : '';
  const probe = health === undefined ? '' : `, health: { live: "${health}" }`;
  const dependencies = listen === undefined ? {} : { dependencies: `{ db: { listen: "${listen}", upstream: "127.0.0.1:1" } }` };
  const text = minimal({ target: `{ url: "http://${port}/mcp"${server}${probe} }`, ...dependencies });
  return parse(text, { files: { read: () => '', exists: () => true } }).scenario;
};

describe('sharedAddress', () => {
  it.each([
    ['one port', build('127.0.0.1:3911'), build('127.0.0.1:3911'), '127.0.0.1:3911'],
    ['one port under two names', build('localhost:3911'), build('127.0.0.1:3911'), '127.0.0.1:3911'],
    ['two ports', build('127.0.0.1:3911'), build('127.0.0.1:3912'), undefined],
    [
      'a server that nobody starts',
      build('127.0.0.1:3911', { started: false }),
      build('127.0.0.1:3911', { started: false }),
      undefined,
    ],
    [
      'one proxy',
      build('127.0.0.1:3911', { listen: '127.0.0.1:9000' }),
      build('127.0.0.1:3912', { listen: '127.0.0.1:9000' }),
      '127.0.0.1:9000',
    ],
    [
      'one page of health',
      build('127.0.0.1:3911', { health: 'http://127.0.0.1:80/live' }),
      build('127.0.0.1:3912', { health: 'http://127.0.0.1/live' }),
      '127.0.0.1:80',
    ],
  ])('%s', (_, baseline, candidate, expected) => {
    expect(sharedAddress({ baseline, candidate })).toBe(expected);
  });
});
