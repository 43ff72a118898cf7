/** What the text of a failed call says about an answer that breaks its form, by the name of the misbehaviour. */
export const VIOLATIONS: Readonly<Record<string, RegExp>> = {
  'wrong-id': /^an answer with the id \d+ to the request with the id \d+: \{/,
  'neither-result-nor-error': /^an answer without result and error: \{/,
  'both-result-and-error': /^an answer with both result and error: \{/,
  'error-null-beside-result': /^an answer with both "error": null and a result: \{/,
  'not-jsonrpc-2': /^an answer without "jsonrpc": "2\.0": \{/,
  batch: /^a batch of 1 message: \[/,
  'null-answer': /^null in place of a JSON-RPC message: null/,
  'result-is-a-text': /^an answer whose result is a text: \{/,
  'empty-result': /^a result without content: \{/,
  'content-is-no-list': /^a result whose content is a text, not a list: \{/,
  'content-item-breaks-schema': /^a result whose content\[0\] is no valid item of type "text": \{"type":"text"\}: \{/,
  'rpc-code-is-a-text': /^an answer whose error code is "EFAIL": \{/,
};
