import { expect, it } from 'vitest';
import { jsonFault } from '../../../src/mcp/protocol/json-fault.js';

const faultOf = (text: string): string => {
  try {
    JSON.parse(text);
  } catch (error) {
    return jsonFault(text, error);
  }
  throw new Error('it is JSON');
};

it.each([
  ['nothing', '', /^an empty answer$/],
  ['blanks', ' \n', /blanks alone/],
  ['a byte order mark', '\ufeff{"jsonrpc":"2.0"}', /^JSON with a byte order mark \(U\+FEFF\) before it/],
  ['a byte order mark before something else', '\ufeffhello', /byte order mark \(U\+FEFF\), and no JSON after it: hello/],
  ['a byte order mark that was encoded twice', '\u00ef\u00bb\u00bf{}', /byte order mark.*encoded twice/],
  ['an event stream', 'event: message\ndata: {}\n\n', /event stream under the content type of JSON/],
  ['a web page', '<html><title>Welcome</title></html>', /markup instead of JSON: web page "Welcome"/],
  ['UTF-16', '{\0"\0a\0"\0:\0 1\0}\0', /no UTF-8 text/],
  ['NaN', '{"result":{"value": NaN}}', /NaN or Infinity/],
  ['Infinity', '[1,-Infinity]', /NaN or Infinity/],
  ['single quotes', "{'jsonrpc':'2.0'}", /single quotes/],
  ['a text that breaks off', '{"jsonrpc":"2.0","resu', /breaks off/],
  ['two messages', '{"id":1}\n{"id":2}', /more than one JSON value/],
  ['a word', 'hello', /^an answer that is not JSON: hello$/],
])('says what is there instead of JSON: %s', (_, text, words) => {
  expect(faultOf(text)).toMatch(words);
});
