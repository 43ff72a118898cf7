import { badBody, missingField } from './api-error.js';
import { JsonFields } from './json-fields.js';
import type { ProxyChange, ProxyInput } from './proxy-collection.js';

/** @param place appended to the name of a missing field (` at proxy 2`). @throws ApiError 400 */
export const readProxyInput = (body: unknown, place = ''): ProxyInput => {
  const fields = new JsonFields(body);
  const input = {
    name: fields.text('name') ?? '',
    listen: fields.text('listen') ?? '',
    upstream: fields.text('upstream') ?? '',
    enabled: fields.flag('enabled') ?? true,
  };
  if (input.name === '') throw missingField(`name${place}`);
  if (input.upstream === '') throw missingField(`upstream${place}`);
  return input;
};

/** @throws ApiError 400 before any of them is used */
export const readProxyInputs = (body: unknown): readonly ProxyInput[] => {
  if (body === null) return [];
  if (!Array.isArray(body)) throw badBody('expected an array of proxies');
  return body.map((item, i) => readProxyInput(item, ` at proxy ${i + 1}`));
};

/** @throws ApiError 400 */
export const readProxyChange = (body: unknown): ProxyChange => {
  const fields = new JsonFields(body);
  const listen = fields.text('listen');
  const upstream = fields.text('upstream');
  const enabled = fields.flag('enabled');
  return {
    ...(listen === undefined ? {} : { listen }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(enabled === undefined ? {} : { enabled }),
  };
};
