import { describe, expect, it } from 'vitest';
import { saidIn, withoutMarkup } from '../../src/text/said-in.js';

const NGINX = `<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n`;

describe('what the body of an answer that is no MCP says, on one line', () => {
  it.each([
    ['a page of a proxy', NGINX, 'web page "502 Bad Gateway"'],
    [
      'a page without title',
      '<!DOCTYPE html><body><style>p{}</style><h1>Service&nbsp;Unavailable</h1><p>x</p>',
      'web page "Service Unavailable"',
    ],
    ['a page with text alone', '<html><script>var a=1</script><p>Go &amp; away</p></html>', 'web page "Go & away"'],
    ['a page that says nothing', '<html><head></head><body></body></html>', 'web page without text'],
    ['a page that is cut off', '<html><head><script>var x = "', 'web page without text'],
    ['a note of ours before a page', `content type text/html: ${NGINX}`, 'content type text/html: web page "502 Bad Gateway"'],
    ['an OAuth error', '{"error":"invalid_token","error_description":"expired"}', 'invalid_token: expired'],
    [
      'problem details',
      '{"type":"about:blank","title":"Too large","detail":"at most 1 MB","status":413}',
      'Too large: at most 1 MB',
    ],
    ['an error in an error', '{"error":{"code":7,"message":"no route"}}', 'no route'],
    ['a message', '{"message":"no Route matched with those values"}', 'no Route matched with those values'],
    ['a detail', '{"detail":"Not Found"}', 'Not Found'],
    ['JSON that says nothing', '{"ok":false}', '{"ok":false}'],
    ['JSON that is cut off', '{"error":"inval', '{"error":"inval'],
    ['plain text of several lines', ' upstream\r\n  is gone\n', 'upstream is gone'],
    ['a markup that is no page', '<error>no</error>', '<error>no</error>'],
    ['nothing', '', ''],
  ])('%s', (_, body, said) => {
    expect(saidIn(body)).toBe(said);
  });

  it('a page alone can be shortened, and everything else left as it is', () => {
    expect(withoutMarkup(NGINX)).toBe('web page "502 Bad Gateway"');
    expect(withoutMarkup('{"message":"down","checks":{"postgres":"down"}}')).toBe(
      '{"message":"down","checks":{"postgres":"down"}}',
    );
  });

  it('is quick on what is made to be slow', () => {
    const startedMs = performance.now();
    saidIn(`<html>${'<script '.repeat(2000)}`.slice(0, 8192));
    saidIn(`<html>${'<!-- '.repeat(2000)}`.slice(0, 8192));
    saidIn(`<html>${'<title>'.repeat(2000)}`.slice(0, 8192));
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});
