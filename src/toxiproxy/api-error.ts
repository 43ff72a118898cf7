/** A refusal the API answers with: text and HTTP status. Texts that clients match are those of Toxiproxy. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export const badBody = (what: string): ApiError => new ApiError(`bad request body: ${what}`, 400);
export const missingField = (field: string): ApiError => new ApiError(`missing required field: ${field}`, 400);
export const invalidAttribute = (what: string): ApiError => new ApiError(`invalid attribute: ${what}`, 400);
export const proxyNotFound = (): ApiError => new ApiError('proxy not found', 404);
export const proxyExists = (): ApiError => new ApiError('proxy already exists', 409);
export const toxicNotFound = (): ApiError => new ApiError('toxic not found', 404);
export const toxicExists = (): ApiError => new ApiError('toxic already exists', 409);
export const invalidType = (): ApiError => new ApiError('invalid toxic type', 400);
export const invalidStream = (): ApiError => new ApiError('stream was invalid, can be either upstream or downstream', 400);
