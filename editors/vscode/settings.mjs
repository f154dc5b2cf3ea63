// usage: node settings.mjs FIMD [--check]
// Writes the settings of the extension's package.json from `FIMD config schema`; the few of the extension itself stand
// here. With --check it writes nothing and fails when package.json is not in step.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const [fimd, check] = process.argv.slice(2);
if (!fimd) throw new Error('usage: node settings.mjs FIMD [--check]');
const file = new URL('package.json', import.meta.url);
const own = {
  'fimd.server.path': {
    type: 'string', default: '', scope: 'machine',
    description: 'The fimd program. Empty: the one in PATH, in ~/.local/bin, or in the extension.',
  },
  'fimd.server.connect': {
    type: 'string', default: '', scope: 'machine',
    description: 'Share one daemon among windows: unix:PATH or 127.0.0.1:PORT; it is started when none answers. Empty: a process of its own.',
  },
};
// What sends text elsewhere, or says how much is hidden, is not for a folder's settings file to choose.
const guarded = ['providers', 'privacy', 'agent', 'budgets', 'log'];

function flatten(prefix, schema, out) {
  for (const [name, value] of Object.entries(schema.properties)) {
    const key = `${prefix}.${name}`;
    if (value.type === 'object' && value.properties) flatten(key, value, out);
    else out[key] = { ...value, scope: guarded.includes(key.split('.')[1]) ? 'machine' : 'window' };
  }
  return out;
}

const schema = JSON.parse(execFileSync(fimd, ['config', 'schema'], { encoding: 'utf8' }));
const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
const properties = { ...own, ...flatten('fimd', schema, {}) };
const want = { title: 'fimd', properties };
if (check === '--check') {
  const same = JSON.stringify(manifest.contributes?.configuration) === JSON.stringify(want);
  if (!same) console.error('package.json is not in step with the schema; run: node settings.mjs ' + fimd);
  process.exit(same ? 0 : 1);
}
manifest.contributes = { ...manifest.contributes, configuration: want };
fs.writeFileSync(file, JSON.stringify(manifest, null, 2) + '\n');
