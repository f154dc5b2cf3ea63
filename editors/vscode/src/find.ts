// Where the server's program is, and whether it is one that this extension can talk to.
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';

const oldest = [0, 1];

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

// The version of the program; throws with a sentence for the user when it is too old or no fimd.
export async function versionOf(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: 20000 });
  const found = /^fimd (\d+)\.(\d+)\S*/.exec(stdout.trim());
  if (!found) throw new Error(`${program} is not fimd`);
  const [major, minor] = [Number(found[1]), Number(found[2])];
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new Error(`${program} is ${found[0]}, older than ${oldest.join('.')}: install it again`);
  }
  return found[0];
}
