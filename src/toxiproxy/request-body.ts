import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.js';

/** Room for some ten thousand proxies in one /populate. */
const MOST_BODY_BYTES = 1_048_576;

/** Past this the client is not worth listening to: the socket is cut. */
const MOST_DRAINED_BYTES = 64 * MOST_BODY_BYTES;

/**
 * Reads the whole body as UTF-8. What goes beyond the limit is read but not kept, so that the client gets its answer.
 * @throws ApiError 413; the stream's own error when the client goes away.
 */
export const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > MOST_DRAINED_BYTES) request.destroy();
  }
  if (bytes > MOST_BODY_BYTES) throw new ApiError(`request body of more than ${MOST_BODY_BYTES} bytes`, 413);
  return Buffer.concat(chunks).toString('utf8');
};
