import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../../src/run/version.js';

it('says what to do in a clone that is not built yet', () => {
  const clone = mkdtempSync(join(tmpdir(), 'plimsoll-clone-'));
  onTestFinished(() => rmSync(clone, { recursive: true, force: true }));
  cpSync(join(packageRoot, 'bin'), join(clone, 'bin'), { recursive: true });
  writeFileSync(join(clone, 'package.json'), '{ "type": "module" }');
  const { status, stderr } = spawnSync(process.execPath, [join(clone, 'bin', 'plimsoll.js'), '--version'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: 'plimsoll: this clone is not built yet\n  hint: run npm ci && npm run build in it\n',
  });
});
