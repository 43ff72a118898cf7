import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeExecutable, makeLinks } from '../../src/sample/postgres-binaries.js';
import { chooseUser } from '../../src/sample/unprivileged-user.js';

function packageWithoutLinks(): string {
  const parent = mkdtempSync(join(tmpdir(), 'plimsoll-links-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const root = join(parent, 'package');
  mkdirSync(join(root, 'native', 'lib'), { recursive: true });
  writeFileSync(join(root, 'native', 'lib', 'libx.so.1.2'), 'x');
  const list = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so' }];
  writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(list));
  return root;
}

describe('the links that PostgreSQL needs', () => {
  it('are made where no install script ran, and lead there still when the folder is moved', () => {
    const root = packageWithoutLinks();
    makeLinks(root);
    makeLinks(root);
    expect(readFileSync(join(root, 'native', 'lib', 'libx.so'), 'utf8')).toBe('x');
    renameSync(root, `${root}-moved`);
    expect(existsSync(join(`${root}-moved`, 'native', 'lib', 'libx.so'))).toBe(true);
  });

  it('are made anew where they lead nowhere, and left alone where they lead somewhere', () => {
    const root = packageWithoutLinks();
    const link = join(root, 'native', 'lib', 'libx.so');
    symlinkSync(join(root, 'gone'), link);
    makeLinks(root);
    expect(readFileSync(link, 'utf8')).toBe('x');
    rmSync(link);
    symlinkSync(join(root, 'native', 'lib', 'libx.so.1.2'), link);
    makeLinks(root);
    expect(readlinkSync(link)).toBe(join(root, 'native', 'lib', 'libx.so.1.2'));
  });
});

describe('its programs', () => {
  it('are executable by whoever it runs as, and keep the rest of their mode', () => {
    const file = join(packageWithoutLinks(), 'native', 'lib', 'libx.so.1.2');
    chmodSync(file, 0o640);
    makeExecutable(file);
    expect(statSync(file).mode & 0o777).toBe(0o755);
  });
});

describe('the user that PostgreSQL runs as under root', () => {
  it('is postgres where there is one, else nobody, and never root', () => {
    const nobody = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533:n:/:/bin/false\n';
    expect(chooseUser(`${nobody}postgres:x:101:104:p:/:/bin/sh\n`)).toEqual({ uid: 101, gid: 104 });
    expect(chooseUser(nobody)).toEqual({ uid: 65534, gid: 65533 });
    expect(chooseUser('nobody:x:0:0:::\npostgres::::\n')).toBeUndefined();
  });
});
