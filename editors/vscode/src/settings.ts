// The section `fimd` as the user has set it, without the defaults: those would hide the user's configuration file.
import * as vscode from 'vscode';

type Tree = { [key: string]: unknown };

export function chosenSettings(): Tree {
  const all = vscode.workspace.getConfiguration('fimd');
  const properties: Tree = vscode.extensions.getExtension('fimd.fimd')?.packageJSON.contributes.configuration.properties ?? {};
  const chosen: Tree = {};
  for (const name of Object.keys(properties)) {
    const key = name.slice('fimd.'.length);
    if (key.startsWith('server.')) continue;
    const found = all.inspect(key);
    const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
    if (value === undefined) continue;
    const parts = key.split('.');
    const last = parts.pop() as string;
    let at = chosen;
    for (const part of parts) at = (at[part] ??= {}) as Tree;
    at[last] = value;
  }
  return chosen;
}
