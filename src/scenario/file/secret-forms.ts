/** What stands in the place of a secret. */
export const HIDDEN = '***';

/** Below this length a secret is hidden only where it stands alone: else a secret `1` would blank every figure. */
export const SUBSTRING_FROM = 8;

/** The ways in which a secret may be written: as it is, without blanks around it, line by line, in a URL, in a form, in JSON, in base64 and hex. */
export function formsOf(secret: string): readonly string[] {
  // A secret from a file often ends in a line feed, and a key in PEM is printed line by line.
  const whole = [secret, secret.trim(), ...secret.split(/\r?\n/).filter((line) => line.length >= SUBSTRING_FROM)];
  return [...new Set(whole.flatMap(encodingsOf))].filter((form) => form !== '');
}

function encodingsOf(secret: string): readonly string[] {
  if (secret === '') return [];
  const percent = [
    encodeURIComponent(toWellFormed(secret)),
    new URLSearchParams([['', secret]]).toString().slice(1),
    ...urlParts(secret),
  ];
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = [secret, ...percent, ...percent.map(lowerCaseEscapes), json, json.replaceAll('/', '\\/'), markup(secret)];
  if (secret.length >= SUBSTRING_FROM) {
    const bytes = Buffer.from(secret, 'utf8');
    forms.push(...base64Forms(bytes), bytes.toString('hex'), bytes.toString('hex').toUpperCase());
  }
  return forms;
}

/** As the parts of a URL hold it: each part leaves other characters as they are. */
function urlParts(secret: string): readonly string[] {
  const url = new URL('http://host/');
  url.password = secret;
  url.search = secret;
  url.pathname = `/${secret}`;
  return [url.password, url.search.replace(/^\?/, ''), url.pathname.slice(1)];
}

const lowerCaseEscapes = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

const markup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Base64 of a secret with anything before and after it, as in `user:password`: the characters that hang on the secret alone, at each offset. */
function base64Forms(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const from = Math.ceil((before * 8) / 6);
    const own = text.slice(from, Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** `encodeURIComponent` throws for half a surrogate pair. */
const toWellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');
