import { invalidStream, invalidType, toxicExists } from './api-error.js';
import { JsonFields } from './json-fields.js';
import type { TcpProxy } from './tcp-proxy.js';
import { type Direction, TOXIC_TYPES, type Toxic, type ToxicType } from './toxic.js';
import { checkToxicity, mergeAttributes } from './toxic-attributes.js';

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
