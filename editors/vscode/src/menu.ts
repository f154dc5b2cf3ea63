// What the commands do: menu, providers, statistics, explanation, installer.
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { Server } from './server';

interface Explanation { outcome: string; provider?: string; ms?: number; story: string[] }

// "Rewrite..." of the light bulb: what is wanted is asked here, and the server is told with the order it had given.
export async function rewrite(order: unknown): Promise<void> {
  const words = await vscode.window.showInputBox({ title: 'fimd: rewrite', prompt: 'What should be different?' });
  if (!words || !order) return;
  await vscode.commands.executeCommand('fimd.fix', { ...(order as object), message: words, title: `Rewrite: ${words}` });
}

export async function menu(state: string): Promise<void> {
  const entries: [string, string][] = [
    state === 'paused' ? ['$(debug-continue) Resume', 'fimd.pause'] : ['$(debug-pause) Pause', 'fimd.pause'],
    ['$(server) Choose provider', 'fimd.chooseProvider'], ['$(question) Explain the last suggestion', 'fimd.explain'],
    ['$(graph) Statistics', 'fimd.stats'], ['$(output) Log', 'fimd.log'], ['$(debug-restart) Restart', 'fimd.restart'],
    ['$(settings-gear) Settings', 'fimd.settings'],
  ];
  if (state === 'missing') entries.unshift(['$(cloud-download) Install', 'fimd.install']);
  const picked = await vscode.window.showQuickPick(entries.map(([label, command]) => ({ label, command })), { title: 'fimd' });
  if (!picked) return;
  await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');  // a click on the status bar took the focus
  await vscode.commands.executeCommand(picked.command);
}

// The providers of fimd's own configuration files.
async function providersInFiles(program: string | undefined): Promise<string[]> {
  if (!program) return [];
  const root = vscode.workspace.workspaceFolders?.find(folder => folder.uri.scheme === 'file')?.uri.fsPath;
  try {
    const { stdout } = await promisify(execFile)(program, ['config', 'show', ...(root ? ['--root', root] : [])], { timeout: 10000 });
    return Object.keys(JSON.parse(stdout).providers ?? {});
  } catch {
    return [];  // those of the settings are still there to choose from
  }
}

export async function chooseProvider(server: Server): Promise<void> {
  const settings = vscode.workspace.getConfiguration('fimd');
  const items = async () => {
    const named = Object.keys(settings.get<object>('providers') ?? {});
    const now = settings.get<string[]>('completion.providers') ?? [];
    const names = [...new Set(['auto', 'builtin', ...named, ...await providersInFiles(server.program), ...now])];
    return names.map(name => ({ label: name, description: now[0] === name ? 'in use' : '' }));
  };
  const picked = await vscode.window.showQuickPick(items(), { title: 'fimd: the provider to ask first' });
  if (picked) await settings.update('completion.providers', [picked.label], vscode.ConfigurationTarget.Global);
}

async function showText(content: string, language: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language }), { preview: true });
}

export async function stats(server: Server): Promise<void> {
  const figures = await server.running?.sendRequest('fimd/stats', {});
  if (figures) await showText(JSON.stringify(figures, null, 2), 'json');
}

export async function explain(server: Server): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !server.running) return;
  const { line, character } = editor.selection.active;
  const last = await server.running.sendRequest<Explanation>('fimd/explain',
    { uri: server.running.code2ProtocolConverter.asUri(editor.document.uri), position: { line, character } });
  const head = !last.outcome ? 'nothing was asked yet' : `${last.outcome}${last.provider ? ` from ${last.provider}` : ''}${last.ms === undefined ? '' : ` in ${last.ms.toFixed(1)} ms`}`;
  const items = [head, ...last.story].map(label => ({ label }));
  await vscode.window.showQuickPick(items, { title: 'fimd: the last suggestion of this file' });
}

// Runs editors/install.sh of a checkout that the user points at, where the user can see it.
export async function install(): Promise<void> {
  const picked = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title: 'The folder with the source of fimd' });
  if (!picked?.[0]) return;
  const script = path.join(picked[0].fsPath, 'editors', 'install.sh');
  if (!fs.existsSync(script)) {
    void vscode.window.showErrorMessage(`fimd: there is no ${script}`);
    return;
  }
  const terminal = vscode.window.createTerminal({ name: 'fimd', shellPath: '/bin/bash', shellArgs: [script] });
  terminal.show();
  const listening = vscode.window.onDidCloseTerminal(closed => {
    if (closed !== terminal) return;
    listening.dispose();
    void vscode.commands.executeCommand('fimd.restart');
  });
}
