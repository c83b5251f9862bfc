// An identity provider that nobody here wrote, with a small list of people behind it that its access tokens open. It
// requires PKCE, rotates refresh tokens and ends the whole grant when an old one comes again.
//
// argv[2]: JSON with redirect, the address browsers are sent back to, and keys, the public keys of statements as JWK.
// It prints its address on a line of its own and ends with its standard input.
import { createServer } from 'node:http';
import Provider, { errors } from 'oidc-provider';
import * as jose from 'jose';
import { people } from './people.mjs';

const { redirect, keys } = JSON.parse(process.argv[2]);
const server = createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

// Everything the provider stores, by kind and id.
const stored = new Map();
class Memory {
  constructor(kind) { this.kind = kind; if (!stored.has(kind)) stored.set(kind, new Map()); this.all = stored.get(kind); }
  async upsert(id, payload) { this.all.set(id, payload); }
  async find(id) { return this.all.get(id); }
  async findByUid(uid) { return [...this.all.values()].find((p) => p.uid === uid); }
  async findByUserCode() { return undefined; }
  async consume(id) { this.all.get(id).consumed = Math.floor(Date.now() / 1000); }
  async destroy(id) { this.all.delete(id); }
  async revokeByGrantId(grant) { for (const [id, p] of this.all) if (p.grantId === grant) this.all.delete(id); }
}

const key = async (alg) => ({ ...await jose.exportJWK((await jose.generateKeyPair(alg, { extractable: true })).privateKey), alg, use: 'sig' });
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const client = (id, grants, more) => ({
  client_id: id, client_secret: `${id}-secret-canary`, grant_types: grants, redirect_uris: [], response_types: [], scope: 'openid offline_access people', ...more,
});

const provider = new Provider(issuer, {
  adapter: Memory,
  clients: [
    client('app', ['authorization_code', 'refresh_token'], {
      redirect_uris: [redirect], response_types: ['code'], token_endpoint_auth_method: 'client_secret_post', scope: 'openid offline_access people email profile',
    }),
    client('service', ['client_credentials'], { token_endpoint_auth_method: 'client_secret_basic' }),
    client('signer', [jwtBearer], { token_endpoint_auth_method: 'client_secret_post' }),
    client('form', ['password'], { token_endpoint_auth_method: 'client_secret_post' }),
    client('people', [], { token_endpoint_auth_method: 'client_secret_basic' }),
  ],
  cookies: { keys: ['of the tests'] },
  jwks: { keys: [await key('RS256')] },
  scopes: ['openid', 'offline_access', 'people', 'email', 'profile'],
  claims: { openid: ['sub', 'https://vendor.example/people_url', 'organisation', 'roles'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: false,
  findAccount: (ctx, id) => {
    // Who signs in says by the name typed what is said of them: "ada+ORGANISATION+ROLE+unconfirmed".
    const [name, organisation, role, unconfirmed] = id.split('+');
    const more = organisation ? { organisation, roles: role ? [role] : [], name, email: `${name}@example.com`, email_verified: !unconfirmed } : {};
    return { accountId: id, claims: () => ({ sub: name, 'https://vendor.example/people_url': `${issuer}/api`, ...more }) };
  },
  pkce: { required: () => true },
  rotateRefreshToken: () => true,
  issueRefreshToken: () => true,
  ttl: { AccessToken: 3600, RefreshToken: 86400, Grant: 86400, Session: 86400, Interaction: 600, IdToken: 3600, AuthorizationCode: 60, ClientCredentials: 3600 },
  features: { devInteractions: { enabled: true }, introspection: { enabled: true }, revocation: { enabled: true }, clientCredentials: { enabled: true } },
});

// The two grants that come with no provider, made of its own tokens.
async function give(ctx) {
  const token = new provider.ClientCredentials({ client: ctx.oidc.client, scope: ctx.oidc.params.scope });
  ctx.body = { access_token: await token.save(), expires_in: String(token.expiration), token_type: 'bearer' };
}
provider.registerGrantType(jwtBearer, async (ctx, next) => {
  try {
    const { kid } = jose.decodeProtectedHeader(ctx.oidc.params.assertion);
    const of = await jose.importJWK(keys[kid], kid);
    const { payload } = await jose.jwtVerify(ctx.oidc.params.assertion, of, { algorithms: [kid], issuer: 'signer', audience: `${issuer}/token`, maxTokenAge: 300, requiredClaims: ['exp', 'jti'] });
    if (payload.sub !== 'ada@example.com') throw new Error('no such user');
  } catch {
    throw new errors.InvalidGrant('assertion');
  }
  await give(ctx);
  await next();
}, ['assertion', 'scope']);
provider.registerGrantType('password', async (ctx, next) => {
  const { username, password } = ctx.oidc.params;
  if (username !== 'ada' || password !== 'password-canary') throw new errors.InvalidGrant(`no user ${username} with ${password}`);
  await give(ctx);
  await next();
}, ['username', 'password', 'scope']);

// What was asked of the token endpoint, by grant and outcome.
const counts = {};
const count = (what) => { counts[what] = (counts[what] ?? 0) + 1; };
provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === 'token') count(`${ctx.oidc.params?.grant_type} ${ctx.status === 200 ? 'given' : ctx.body?.error}`);
});
provider.on('grant.revoked', () => count('grant revoked'));

// The list behind it: whoever asks shows an access token, and the provider is asked about that.
async function opens(req) {
  const token = (req.headers.authorization ?? '').replace(/^Bearer /, '');
  const answer = await fetch(`${issuer}/token/introspection`, {
    method: 'POST', body: new URLSearchParams({ token }),
    headers: { authorization: `Basic ${btoa('people:people-secret-canary')}`, 'content-type': 'application/x-www-form-urlencoded' },
  });
  const { active, scope } = await answer.json();
  return active === true && (scope ?? '').split(' ').includes('people');
}
async function list(req, url) {
  count('list');
  if (!await opens(req)) return [401, { error: 'invalid_token' }];
  const at = Number(url.searchParams.get('cursor') ?? 0), size = Number(url.searchParams.get('size') ?? 500);
  const since = url.searchParams.get('changed_since');
  const all = people.filter((p) => (since ? p.changed >= since : !p.deleted));
  const next = at + size < all.length ? String(at + size) : null;
  return [200, { people: all.slice(at, at + size).map(({ numbers, ...p }) => p), next }];
}

// What a test does to it.
const one = (url) => people.find((p) => p.id === url.searchParams.get('id'));
const control = {
  '/test/counts': () => counts,
  '/test/people': () => people,
  '/test/change': (url) => {
    const p = one(url);
    Object.assign(p, { mobile: '+31 6 4999 0001', changed: new Date().toISOString(), numbers: ['+31649990001', p.numbers[1]] });
    return p;
  },
  '/test/delete': (url) => Object.assign(one(url), { deleted: true, changed: new Date().toISOString() }),
  '/test/expire': () => { for (const kind of ['AccessToken', 'ClientCredentials']) stored.get(kind)?.clear(); return {}; },
};

server.on('request', async (req, res) => {
  const url = new URL(req.url, issuer);
  if (!url.pathname.startsWith('/test/') && !url.pathname.startsWith('/api/')) return provider.callback()(req, res);
  const [status, body] = url.pathname === '/api/people' ? await list(req, url) : [200, control[url.pathname]?.(url)];
  res.writeHead(body === undefined ? 404 : status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
});
process.stdin.on('end', () => process.exit(0)).resume();
console.log(issuer);
