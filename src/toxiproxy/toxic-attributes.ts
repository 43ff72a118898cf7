import { closest } from 'fastest-levenshtein';
import { badBody, invalidAttribute } from './api-error.js';
import { TOXIC_ATTRIBUTES, type ToxicAttributes, type ToxicType } from './toxic.js';

/** A name from a request is repeated in the answer up to this length. */
const LONGEST_ECHO = 60;

const unknownName = (type: ToxicType, given: string): string => {
  const names: readonly string[] = TOXIC_ATTRIBUTES[type];
  const name = given.slice(0, LONGEST_ECHO);
  if (names.length === 0) return `"${name}": a ${type} toxic takes no attributes`;
  return `"${name}" is not an attribute of a ${type} toxic; accepted: ${names.join(', ')} (did you mean "${closest(name, [...names])}"?)`;
};

const wholeNumber = (type: ToxicType, name: string, value: unknown): number => {
  if (typeof value !== 'number') {
    throw badBody(`attributes.${name} of a ${type} toxic must be a whole number, found ${JSON.stringify(value)}`);
  }
  if (!Number.isSafeInteger(value)) {
    throw badBody(`attributes.${name} of a ${type} toxic must be a whole number, found ${value}`);
  }
  if (value < 0) throw invalidAttribute(`"${name}" of a ${type} toxic must be >= 0, found ${value}`);
  return value;
};

const checkTogether = (type: ToxicType, attributes: ToxicAttributes): void => {
  if (type !== 'slicer') return;
  const { average_size: size = 0, size_variation: variation = 0 } = attributes;
  if (size < 1) throw invalidAttribute(`"average_size" of a slicer toxic must be >= 1, found ${size}`);
  if (variation >= size) {
    throw invalidAttribute(`"size_variation" of a slicer toxic must be less than average_size (${size}), found ${variation}`);
  }
};

/**
 * Merges attributes from a request into those that stand (absent ones are 0) and checks the outcome.
 * Names are case-insensitive, as in Toxiproxy; unknown, negative and fractional ones are refused, unlike there.
 * @throws ApiError 400 that names the attribute.
 */
export const mergeAttributes = (type: ToxicType, given: unknown, standing?: ToxicAttributes): ToxicAttributes => {
  const names: readonly string[] = TOXIC_ATTRIBUTES[type];
  const merged = new Map(names.map((name) => [name, standing?.[name] ?? 0]));
  if (given !== undefined && given !== null) {
    if (typeof given !== 'object' || Array.isArray(given)) {
      throw badBody(`attributes must be an object, found ${JSON.stringify(given)}`);
    }
    for (const [key, value] of Object.entries(given)) {
      const name = key.toLowerCase();
      if (!names.includes(name)) throw invalidAttribute(unknownName(type, key));
      if (value !== null) merged.set(name, wholeNumber(type, name, value));
    }
  }
  const attributes = Object.fromEntries(merged);
  checkTogether(type, attributes);
  return attributes;
};

/** @throws ApiError 400 unless it is a number from 0 to 1. */
export const checkToxicity = (value: unknown): number => {
  if (typeof value !== 'number') throw badBody(`toxicity must be a number, found ${JSON.stringify(value)}`);
  if (!(value >= 0 && value <= 1)) throw invalidAttribute(`"toxicity" must be from 0 to 1, found ${value}`);
  return value;
};
