import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallStart, Driver } from '../../src/mcp/driver.js';
import { checkExpectation, documentOf } from '../../src/mcp/protocol/expectation.js';
import { requestOf } from '../../src/scenario/other-requests.js';
import { type CannedOptions, cannedServer, sendError, sendResult } from '../fixtures/canned-server.js';
import { drive, driverFor } from '../fixtures/drive-call.js';
import { sdkV1Server, sdkV2Server } from '../fixtures/sdk-server.js';

/** A call as a scenario entry asks for it. */
const asked = (entry: Parameters<typeof requestOf>[0]): Partial<CallStart> => {
  const { tool, request, arguments: args } = requestOf(entry);
  return { tool, request, argumentsJson: JSON.stringify(args), wantResult: true };
};

async function opened(url: string): Promise<Driver> {
  const driver = driverFor(url);
  onTestFinished(() => driver.close());
  await driver.open(1);
  return driver;
}

async function canned(options: CannedOptions) {
  const server = await cannedServer(options);
  onTestFinished(() => server.close());
  return { server, driver: await opened(server.url) };
}

describe('resources, prompts and lists', () => {
  it.each([
    ['legacy', () => sdkV1Server({ stateful: true, json: false })],
    ['modern', () => sdkV2Server({ legacy: 'reject' })],
  ])('are answered by the official SDK (%s)', async (_, start) => {
    const server = await start();
    onTestFinished(() => server.close());
    const driver = await opened(server.url);
    const resource = await drive(driver, asked({ resource: 'test://readme' }));
    expect(resource).toMatchObject({ outcome: 'ok', result: { contents: [{ uri: 'test://readme', text: 'read me' }] } });
    expect(checkExpectation({ text: '^read me$' }, resource.result!, undefined)).toBeUndefined();
    const prompt = await drive(driver, asked({ prompt: 'greet', arguments: { name: 'Ann' } }));
    expect(prompt.outcome, prompt.text).toBe('ok');
    expect(checkExpectation({ text: 'Hello Ann' }, prompt.result!, undefined)).toBeUndefined();
    const list = await drive(driver, asked({ list: 'tools' }));
    expect(list.outcome).toBe('ok');
    expect(checkExpectation({ json: { '/tools/0/name': { equals: 'echo' } } }, list.result!, undefined)).toBeUndefined();
    expect((await drive(driver, asked({ list: 'resources' }))).result).toMatchObject({ resources: [{ uri: 'test://readme' }] });
    expect((await drive(driver, asked({ list: 'prompts' }))).result).toMatchObject({ prompts: [{ name: 'greet' }] });
    expect((await drive(driver, asked({ list: 'templates' }))).result).toMatchObject({ resourceTemplates: [] });
    expect((await drive(driver, asked({ resource: 'test://nothing' }))).outcome).toBe('contract');
  });

  it('go out as their method wants it, with the header of the modern era for each URI', async () => {
    const { server, driver } = await canned({
      era: 'modern',
      onMessage: (message, response) => {
        if (message.method !== 'resources/read') return false;
        sendResult(response, message, { contents: [{ uri: message.params?.uri, text: 'x' }], resultType: 'complete' });
        return true;
      },
    });
    for (const uri of ['test://a', 'test://ü']) expect((await drive(driver, asked({ resource: uri }))).outcome).toBe('ok');
    const seen = server.seen.filter(({ message }) => message?.method === 'resources/read');
    expect(seen.map(({ headers }) => [headers['mcp-method'], headers['mcp-name']])).toEqual([
      ['resources/read', 'test://a'],
      ['resources/read', `=?base64?${Buffer.from('test://ü').toString('base64')}?=`],
    ]);
    expect(Object.keys(seen[0]!.message!.params!)).toEqual(['uri', '_meta']);
    await drive(driver, asked({ list: 'tools' }));
    expect(server.seen.at(-1)).toMatchObject({
      headers: { 'mcp-method': 'tools/list' },
      message: { method: 'tools/list', params: { _meta: { traceparent: expect.any(String) } } },
    });
    expect(server.seen.at(-1)!.headers['mcp-name']).toBeUndefined();
  });

  it.each([
    [{ resource: 'a:b' }, {}, 'empty-result'],
    [{ resource: 'a:b' }, { contents: {} }, 'schema'],
    [{ resource: 'a:b' }, { contents: [{ uri: 'a:b' }] }, 'schema'],
    [{ resource: 'a:b' }, { contents: [{ uri: 'a:b', blob: 'AA==' }] }, 'ok'],
    [{ prompt: 'p' }, { content: [] }, 'empty-result'],
    [{ prompt: 'p' }, { messages: [{ role: 'user', content: 'text' }] }, 'schema'],
    [{ prompt: 'p' }, { messages: [] }, 'ok'],
    [{ list: 'tools' }, { resources: [] }, 'empty-result'],
    [{ list: 'tools' }, { tools: [{}] }, 'schema'],
    [{ list: 'templates' }, { resourceTemplates: [{ uriTemplate: 'a:{b}' }] }, 'ok'],
  ] as const)('%j answered with %j is %s', async (entry, result, outcome) => {
    let listing = true;
    const { driver } = await canned({
      onMessage: (message, response) => {
        if (message.id === undefined || message.method === 'initialize' || message.method === 'server/discover') return false;
        // The listing of the handshake is answered as ever.
        if (message.method === 'tools/list' && listing) {
          listing = false;
          return false;
        }
        sendResult(response, message, result);
        return true;
      },
    });
    expect((await drive(driver, asked(entry))).outcome).toBe(outcome);
  });

  it('that are not there are a contract broken, by the code of either era', async () => {
    const { driver } = await canned({
      onMessage: (message, response) => {
        if (message.method !== 'resources/read') return false;
        sendError(response, message, -32002, 'Resource not found');
        return true;
      },
    });
    expect(await drive(driver, asked({ resource: 'a:b' }))).toMatchObject({ outcome: 'contract', rpcCode: -32002 });
  });

  it('are documents to JSON Pointers', () => {
    expect(documentOf({ contents: [{ uri: 'a:b', text: '{"x":1}' }] })).toEqual({ x: 1 });
    expect(documentOf({ messages: [{ role: 'user', content: { type: 'text', text: '[2]' } }] })).toEqual([2]);
    expect(documentOf({ prompts: [] })).toEqual({ prompts: [] });
  });
});
