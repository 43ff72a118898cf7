import type { ApiError } from './api-error.js';

export interface ApiReply {
  readonly status: number;
  readonly contentType?: string;
  readonly body?: string;
}

export const json = (value: unknown, status = 200): ApiReply => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
});

export const text = (body: string, status: number): ApiReply => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

export const nothing = (status: number): ApiReply => ({ status });

/** JSON under the name of plain text: so does Toxiproxy, and clients are used to it. */
export const failure = ({ message, status }: ApiError): ApiReply => text(JSON.stringify({ error: message, status }), status);
