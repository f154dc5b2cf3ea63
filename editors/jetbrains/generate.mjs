// usage: node generate.mjs FIMD [--check]
// Writes what in the template follows from fimd itself: settings.schema.json from `FIMD config schema`, and the file
// types of template.json from the table of languages in grammars/table.cpp. With --check it writes nothing and fails
// when a file is not in step.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const [fimd, check] = process.argv.slice(2);
if (!fimd) throw new Error('usage: node generate.mjs FIMD [--check]');
const here = name => new URL(name, import.meta.url);
const read = name => fs.readFileSync(here(name), 'utf8');

// LSP4IJ knows no pattern for "every file": each language's extensions are listed, with the id the server is told.
function file_types() {
  const table = read('../../grammars/table.cpp');
  const mappings = [];
  for (const [entry, id] of table.matchAll(/\{\.id = "([^"]+)"[^;]*?\.extensions = \{"([^"]*)"\}/g)) {
    const extensions = /\.extensions = \{"([^"]*)"\}$/.exec(entry)[1].split(/\s+/).filter(Boolean);
    mappings.push({ fileType: { patterns: extensions.map(each => `*.${each}`) }, languageId: id });
  }
  return mappings;
}

function schema() {
  const { $schema, title, ...settings } = JSON.parse(execFileSync(fimd, ['config', 'schema'], { encoding: 'utf8' }));
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Settings of fimd', type: 'object',
    properties: { fimd: { description: title, ...settings } }, additionalProperties: false };
}

const template = { ...JSON.parse(read('fimd/template.json')), fileTypeMappings: file_types() };
let good = true;
for (const [name, value] of [['fimd/template.json', template], ['fimd/settings.schema.json', schema()]]) {
  const text = JSON.stringify(value, null, 2) + '\n';
  if (check !== '--check') fs.writeFileSync(here(name), text);
  else if (!fs.existsSync(here(name)) || read(name) !== text) {
    console.error(`${name} is not in step; run: node editors/jetbrains/generate.mjs ${fimd}`);
    good = false;
  }
}
process.exit(good ? 0 : 1);
