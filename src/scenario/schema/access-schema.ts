import { z } from 'zod';
import { command, duration, flag, group, httpUrl, nonEmpty } from './field-types.js';

const clientCredentialsSchema = group('OAuth 2.1 client credentials.', {
  tokenUrl: httpUrl().describe('Token endpoint of the authorization server.'),
  clientId: nonEmpty('the id of the client').describe('Id of the client.'),
  clientSecret: nonEmpty('the secret of the client, such as ${secret:CLIENT_SECRET}').describe(
    'Secret of the client; always hidden.',
  ),
  scope: nonEmpty('scopes with blanks between them').optional().describe('Scopes, with blanks between them.'),
  resource: httpUrl().optional().describe('Server that the token is for (RFC 8707).'),
  authentication: z
    .enum(['basic', 'post'])
    .default('basic')
    .describe('How id and secret are sent: `basic` in a header, `post` in the body.'),
});

export const authSchema = group(
  'Token of every request: one for all callers, fetched before the load and renewed during it, never inside a timed call.',
  {
    bearer: nonEmpty('a token, such as ${secret:MCP_TOKEN}').optional().describe('A token as it is; always hidden.'),
    command: command()
      .optional()
      .describe(
        'Program that prints a token, or JSON with `access_token` and `expires_in`. Runs before the load and ahead of each expiry.',
      ),
    clientCredentials: clientCredentialsSchema.optional(),
    refresh: duration()
      .optional()
      .describe('Fetch a new token this often. Default: at 80 % of the lifetime in the token or its answer, else never.'),
    timeout: duration().prefault('30s').describe('How long a token may take.'),
  },
).meta({ oneOf: [{ required: ['bearer'] }, { required: ['command'] }, { required: ['clientCredentials'] }] });

const pem = (what: string) => nonEmpty(`a PEM file with ${what}`);

export const tlsSchema = group(
  'TLS of https targets, their health and metrics pages, and the token endpoint. Files are relative to the scenario file.',
  {
    ca: pem('the certificate of the authority')
      .optional()
      .describe('Authority of the server’s certificate (PEM file), in place of those that Node knows.'),
    cert: pem('our certificate').optional().describe('Client certificate (PEM file), with `key`.'),
    key: pem('our key').optional().describe('Key of the client certificate (PEM file).'),
    passphrase: nonEmpty('a text').optional().describe('Opens an encrypted `key`; always hidden.'),
    serverName: nonEmpty('a host name')
      .optional()
      .describe('Name that the certificate must have and that is asked for (SNI), in place of the host.'),
    insecure: flag().default(false).describe('Takes any certificate; the report says so.'),
  },
);
