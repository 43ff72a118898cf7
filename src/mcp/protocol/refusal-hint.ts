/** An answer that refuses a request, as far as it tells what to change. */
export interface Refusal {
  /** Where the request went. */
  readonly url: URL;
  /** HTTP status, 300 and more. */
  readonly status: number;
  /** What the body says, in a few words; may be empty. */
  readonly said: string;
  readonly rpcCode?: number | undefined;
  readonly contentType?: string;
  readonly headers?: RefusalHeaders | undefined;
  /** `call`: the handshake went through at the same address before. */
  readonly request: 'handshake' | 'call';
  readonly transport: 'streamable-http' | 'sse';
  /** The request carried credentials: a token, a key, a cookie. */
  readonly authorized: boolean;
}

/** Headers of a refusal that say more than its status; empty ones are left out. */
export interface RefusalHeaders {
  readonly location?: string;
  readonly challenge?: string;
  readonly allow?: string;
  readonly retryAfter?: string;
  readonly upgrade?: string;
}

/** What to change, by class of status and by what is said; names whoever has to change it: scenario, way there, or server. Pure. */
export function refusalHint(refusal: Refusal): string {
  const { status, said, url, request } = refusal;
  const wanted = saidHint(refusal);
  if (wanted !== undefined) return wanted;
  if (status < 400) return redirectHint(refusal);
  if (status >= 520 && status <= 527)
    return 'the CDN before the server (Cloudflare has these codes) could not reach it: look there, and at the server';
  switch (status) {
    case 401:
      return unauthorizedHint(refusal);
    case 402:
      return 'whoever owns the token has to pay, or has used up a quota: look at the plan of that account';
    case 403:
      return forbiddenHint(refusal);
    case 404:
      return request === 'call' ? callOnly(refusal) : pathHint(refusal);
    case 405:
      return methodHint(refusal);
    case 406:
      return 'the server did not find what it offers in the accept header; plimsoll sends `application/json, text/event-stream`, as MCP asks: does a proxy on the way change or drop that header?';
    case 407:
      return 'a proxy on the way wants credentials of its own: go around it, or let it pass this client';
    case 408:
      return 'the server, or a proxy before it, waited too long for the request: is the way there slow, or is the server too busy to read?';
    case 409:
      return 'the server already has something of this caller, often a session or a stream: end the other one, or set sessions.stream: false';
    case 410:
      return 'this address is given up for good: ask for the new one, and put it into target.url';
    case 411:
      return 'the server misses content-length, which plimsoll sends: a proxy on the way drops it';
    case 413:
      return request === 'call'
        ? 'the request is larger than is taken here: send shorter calls[].arguments, or raise the body limit of the server or of a proxy before it (client_max_body_size in nginx)'
        : 'even this small request is larger than is taken here: raise the body limit of the server or of a proxy before it';
    case 414:
      return 'the address is longer than is taken here: shorten target.url';
    case 415:
      return 'the server takes another content type than application/json, which MCP asks for: is this the address of the MCP endpoint, and does nothing on the way change content-type?';
    case 421:
      return hostHint(refusal);
    case 422:
      return request === 'call' ? callOnly(refusal) : `the server reads another kind of request here: ${pathHint(refusal)}`;
    case 426:
      return `the server wants another protocol${refusal.headers?.upgrade === undefined ? '' : ` (${refusal.headers.upgrade})`}, and calls go over HTTP/1.1${url.protocol === 'http:' ? ': try https in target.url' : '; docs/protocol.md says why'}`;
    case 429:
      return `the server, or a gateway before it, limits its callers already before the load: wait${retryWords(refusal)}, or lift the limit for this client`;
    case 431:
      return 'the headers are larger than is taken here: shorten target.headers or the token, or raise the header limit of the server or of a proxy before it';
    case 451:
      return 'the server must not answer this client for legal reasons: load another one';
    case 500:
      return 'the server failed at it: look at its log';
    case 501:
      return `the server does not know this kind of request: ${pathHint(refusal)}`;
    case 502:
      return 'a proxy before the server got no usable answer from it: is the server up, and does the proxy know its right port? Look at both logs';
    case 503:
      return `the server is not ready, or overloaded, or the proxy before it has no healthy server: wait${retryWords(refusal)} until it is ready, and look at its log`;
    case 504:
      return 'a proxy before the server waited for it and gave up: is the server stuck? Look at its log, and at the time limit of the proxy';
    case 511:
      return 'a network on the way wants a login first (a captive portal): log in there, or use another network';
  }
  if (status >= 500) return 'the server, or a proxy before it, is failing: look at their logs';
  if (isPage(refusal)) return pathHint(refusal);
  if (request === 'call') return callOnly(refusal);
  return said === ''
    ? 'the server does not say why: look at its log, and check target.headers'
    : 'the server says why; look at its log too, and check target.headers';
}

/** Words that say more than the status they come with. */
function saidHint(refusal: Refusal): string | undefined {
  const { said, status, url, authorized, rpcCode } = refusal;
  if (
    /plain HTTP request was sent to HTTPS|HTTP request to an HTTPS server|requires TLS|speaking plain HTTP to an SSL/i.test(said)
  )
    return `the port speaks TLS: put ${withScheme(url, 'https:')} into target.url`;
  if (
    /(invalid|unknown|disallowed|not allowed|bad|misdirected|unrecognized|not permitted|blocked).{0,20}\bhost\b(?! unreachable)|\bhost\b.{0,40}(not allowed|not permitted|invalid)|DNS rebinding/i.test(
      said,
    )
  )
    return hostHint(refusal);
  if (status === 403 && /origin|cors/i.test(said))
    return 'the server checks where a request comes from: set target.headers.origin to an origin that it allows, or let it allow requests without one';
  if (status < 400 || status >= 500) return undefined;
  if (status !== 401 && status !== 403 && /not acceptable|must accept/i.test(said))
    return 'plimsoll accepts `application/json, text/event-stream`, as MCP asks: does a proxy on the way change or drop the accept header?';
  if (rpcCode === -32022 || /protocol.?version|unsupported.{0,12}(protocol|version)/i.test(said))
    return 'set target.protocol to `legacy`, or to the revision that the server speaks';
  if (status === 400 && /\b(token|api.?key|authorization|credentials)\b/i.test(said))
    return authorized
      ? 'the server does not take the credentials that were sent: check target.auth and target.headers'
      : 'the server wants credentials: set target.auth, or the header that it names in target.headers';
  return undefined;
}

function redirectHint({ url, status, headers = {}, authorized }: Refusal): string {
  const { location } = headers;
  if (status === 304) return 'a POST was answered from a cache: no proxy on the way may cache this address';
  if (location === undefined || !URL.canParse(location, url.href))
    return 'it is a redirect to nowhere: redirects are not followed, so put the final address into target.url';
  const to = new URL(location, url);
  const final = `put the final address (${to.href}) into target.url`;
  if (to.href === url.href)
    return 'it redirects to the same address, over and over: look at the proxy before the server, and at its scheme and host rules';
  if (
    /\b(login|signin|sign-in|sso|oauth2?|authorize|auth)\b/i.test(to.pathname) ||
    /^(login|auth|sso|accounts?)\./i.test(to.hostname)
  )
    return `it sends callers to a login page (${to.origin}${to.pathname}): ${authorized ? 'the credentials that were sent are not taken' : 'set target.auth, or target.headers with what it wants'}`;
  if (to.hostname === url.hostname && to.protocol === 'https:' && url.protocol === 'http:')
    return `the server wants https: ${final}`;
  if (to.hostname !== url.hostname && !isLoopback(to.hostname))
    return `redirects are not followed: ${final}, if you may load ${to.hostname} (then add it to target.allow)`;
  return `redirects are not followed: ${final}`;
}

function unauthorizedHint({ authorized, headers: { challenge = '' } = {}, request }: Refusal): string {
  const why = /error_description="([^"]*)"/.exec(challenge)?.[1] ?? /error="?([\w-]+)/.exec(challenge)?.[1];
  const reason = why === undefined ? '' : ` (${why})`;
  if (authorized)
    return `the credentials that were sent are not taken${reason}: has the token expired, or is it for another audience or issuer? Check target.auth and the authorization header`;
  if (/^\s*(basic|negotiate|ntlm|digest)\b/i.test(challenge))
    return `the server wants ${/^\s*(\w+)/.exec(challenge)?.[1]} credentials${reason}: set target.headers.authorization`;
  const scope = /scope="([^"]*)"/.exec(challenge)?.[1];
  return `the server wants a token${request === 'call' ? ' for this call' : ''}${reason}${scope === undefined ? '' : ` with the scope ${scope}`}: set target.auth, for instance { bearer: "\${secret:MCP_TOKEN}" }`;
}

function forbiddenHint({ authorized, headers: { challenge = '' } = {}, request, contentType, said }: Refusal): string {
  if (challenge.includes('insufficient_scope')) {
    const scope = /scope="([^"]*)"/.exec(challenge)?.[1];
    return `the token is right, and does not reach far enough: get one ${scope === undefined ? 'with the scope that is asked for' : `with the scope ${scope}`}`;
  }
  if (isPage({ contentType, said }))
    return 'a firewall or proxy on the way seems to refuse this client: let it pass, or load from inside';
  if (!authorized)
    return 'the server wants a token, or refuses this client or its origin: set target.auth, or check target.headers';
  return `the token is known, and may not do this${request === 'call' ? ' call' : ''}: use another one, or let it; check target.headers too`;
}

function methodHint(refusal: Refusal): string {
  const { url, transport, headers = {}, request } = refusal;
  const allowed = headers.allow === undefined ? '' : ` (it takes ${headers.allow})`;
  if (transport === 'sse') return `there is no event stream here${allowed}: set target.transport: streamable-http`;
  if (/\/sse\/?$/.test(url.pathname)) return `this looks like the address of HTTP+SSE${allowed}: set target.transport: sse`;
  return request === 'call' ? callOnly(refusal) : `no POST is taken here${allowed}: ${pathHint(refusal)}`;
}

/** The server, or a proxy, does not answer to the name by which it was asked. */
function hostHint({ url }: Refusal): string {
  return `the server does not answer to the name ${url.host}: use the host name that it knows in target.url${url.protocol === 'https:' ? ' (or target.tls.serverName)' : ''}, or add ${url.host} to the hosts that it allows`;
}

function callOnly({ url }: Refusal): string {
  return `the handshake went through at ${url.pathname}, and this call did not: does a gateway or a rule on the way look into the requests? Look at its log and at that of the server`;
}

/** Which address it may be instead. */
export function pathHint({ url, transport }: Pick<Refusal, 'url' | 'transport'>): string {
  const { pathname } = url;
  if (transport === 'sse')
    return pathname.endsWith('/sse')
      ? 'is this the address of the event stream? A server of today has `/mcp` and target.transport: streamable-http'
      : `is the path right? HTTP+SSE servers mostly listen at ${new URL('/sse', url.origin).href}`;
  if (pathname.endsWith('/mcp'))
    return `is this the address of the MCP endpoint? Some servers want ${url.origin}${pathname}/ or another path`;
  if (pathname.endsWith('/mcp/'))
    return `is this the address of the MCP endpoint? Some servers want ${url.origin}${pathname.slice(0, -1)} or another path`;
  if (/\/sse\/?$/.test(pathname))
    return `this looks like the address of HTTP+SSE: set target.transport: sse, or try ${new URL('/mcp', url.origin).href}`;
  return `is the path right? MCP servers mostly listen at ${new URL('/mcp', url.origin).href}`;
}

const isPage = ({ contentType = '', said }: { readonly contentType?: string | undefined; readonly said: string }): boolean =>
  contentType.includes('html') || said.includes('web page');

const retryWords = ({ headers }: Refusal): string => {
  const after = headers?.retryAfter;
  if (after === undefined) return '';
  return /^\d+(\.\d+)?$/.test(after.trim()) ? ` ${after.trim()} s` : ` until ${after}`;
};

const isLoopback = (host: string): boolean => /^(localhost|127\.|\[::1\])/.test(host);

/** The same address with another scheme; its port stays where it is written. */
export function withScheme(url: URL, scheme: 'http:' | 'https:'): string {
  return `${scheme}//${url.host}${url.pathname}${url.search}`;
}
