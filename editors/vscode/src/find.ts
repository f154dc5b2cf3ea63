// Where the server's program is.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

function runnable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

// The setting alone decides when it is set: a wrong path is to be heard of, not to be passed over.
export function findProgram(setting: string, extensionPath: string): string | undefined {
  if (setting) {
    const file = setting.replace(/^~(?=\/)/, os.homedir());
    return runnable(file) ? file : undefined;
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(path.isAbsolute);
  folders.push(path.join(os.homedir(), '.local', 'bin'), path.join(extensionPath, 'bin'));
  return folders.map(folder => path.join(folder, 'fimd')).find(runnable);
}
