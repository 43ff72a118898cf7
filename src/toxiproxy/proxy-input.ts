import { badBody, invalidStream, invalidType, missingField, toxicExists } from './api-error.js';
import { JsonFields } from './json-fields.js';
import type { ProxyChange, ProxyInput } from './proxy-collection.js';
import type { TcpProxy } from './tcp-proxy.js';
import { type Direction, TOXIC_TYPES, type Toxic, type ToxicType } from './toxic.js';
import { checkToxicity, mergeAttributes } from './toxic-attributes.js';

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

const isType = (text: string): text is ToxicType => TOXIC_TYPES.some((type) => type === text);

const directionOf = (stream: string): Direction => {
  const direction = stream.toLowerCase();
  if (direction !== 'upstream' && direction !== 'downstream') throw invalidStream();
  return direction;
};

/** Faults are found in Toxiproxy's order: stream, type, name, attributes. @throws ApiError 400 or 409 */
export const readNewToxic = (body: unknown, proxy: TcpProxy): Toxic => {
  const fields = new JsonFields(body);
  const type = fields.text('type') ?? '';
  const stream = fields.text('stream') ?? 'downstream';
  const direction = directionOf(stream);
  const name = fields.text('name') || `${type}_${stream}`;
  if (!isType(type)) throw invalidType();
  if (proxy.hasToxic(name)) throw toxicExists();
  const toxicity = checkToxicity(fields.get('toxicity') ?? 1);
  const attributes = mergeAttributes(type, fields.get('attributes'));
  return { name, type, stream, direction, toxicity, attributes, generation: 0 };
};

/** Attributes and toxicity are merged; type, stream and name in the body are ignored, as in Toxiproxy. @throws ApiError 400 */
export const readToxicUpdate = (body: unknown, standing: Toxic): Toxic => {
  const fields = new JsonFields(body);
  return {
    ...standing,
    toxicity: checkToxicity(fields.get('toxicity') ?? standing.toxicity),
    attributes: mergeAttributes(standing.type, fields.get('attributes'), standing.attributes),
    generation: standing.generation + 1,
  };
};
