// usage: node manifest.mjs FIMD STAGE
// Writes what a .vsix holds beside the extension's own files into the folder STAGE: extension/package.json, whose settings
// are those of `FIMD config schema` and the few of the extension itself, and the two files that say what the archive is.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [fimd, stage] = process.argv.slice(2);
if (!stage) throw new Error('usage: node manifest.mjs FIMD STAGE');
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

function packageJson() {
  const { scripts, devDependencies, ...manifest } = JSON.parse(fs.readFileSync(new URL('package.json', import.meta.url), 'utf8'));
  const schema = JSON.parse(execFileSync(fimd, ['config', 'schema'], { encoding: 'utf8' }));
  manifest.contributes.configuration = { title: 'fimd', properties: { ...own, ...flatten('fimd', schema, {}) } };
  // A folder that is not trusted chooses nothing, not even what is only a matter of taste.
  manifest.capabilities.untrustedWorkspaces.restrictedConfigurations =
    Object.entries(manifest.contributes.configuration.properties).filter(([, value]) => value.scope === 'window').map(([key]) => key);
  return manifest;
}

const xml = text => text.replace(/[<>&"]/g, c => `&#${c.charCodeAt(0)};`);

const vsixManifest = manifest => `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${manifest.name}" Version="${manifest.version}" Publisher="${manifest.publisher}"/>
    <DisplayName>${xml(manifest.displayName)}</DisplayName>
    <Description xml:space="preserve">${xml(manifest.description)}</Description>
    <Categories>${xml(manifest.categories.join(','))}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${manifest.engines.vscode}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="${manifest.extensionKind.join(',')}"/>
      <Property Id="Microsoft.VisualStudio.Code.ExecutesCode" Value="true"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
  </Assets>
</PackageManifest>
`;

const types = { '.js': 'application/javascript', '.json': 'application/json', '.md': 'text/markdown', '.txt': 'text/plain', '.vsixmanifest': 'text/xml' };
const contentTypes = `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${
  Object.entries(types).map(([extension, type]) => `<Default Extension="${extension}" ContentType="${type}"/>`).join('')}</Types>
`;

const manifest = packageJson();
fs.writeFileSync(path.join(stage, 'extension', 'package.json'), JSON.stringify(manifest, null, 2) + '\n');
fs.writeFileSync(path.join(stage, 'extension.vsixmanifest'), vsixManifest(manifest));
fs.writeFileSync(path.join(stage, '[Content_Types].xml'), contentTypes);
