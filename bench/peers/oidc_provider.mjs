// The peer for tokens: oidc-provider with its own in-memory store, ES256 JWT access tokens, one process.
// Arguments: port, path of a public JWK for the client with private_key_jwt. Prints "ready" when it listens.
import { readFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, clientJwk] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signing = { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'bench' };
const machine = { id_token_signed_response_alg: 'ES256', redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [signing] },
  clients: [
    { ...machine, client_id: 'secret', client_secret: 'a'.repeat(43), token_endpoint_auth_method: 'client_secret_basic' },
    {
      ...machine, client_id: 'key', token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256', jwks: { keys: [JSON.parse(readFileSync(clientJwk))] },
    },
  ],
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx) => (ctx.oidc.body?.opaque ? undefined : 'urn:bench:api'),
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'api', audience: 'urn:bench:api', accessTokenTTL: 300, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  clientAuthMethods: ['client_secret_basic', 'private_key_jwt'],
  extraParams: ['opaque'],
  scopes: ['api'],
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
