// Starts the server and wires commands to it. The client itself registers the server's own commands, among them
// fimd.accepted, which every accepted item calls.
import * as vscode from 'vscode';
import { chooseProvider, explain, install, menu, rewrite, stats } from './menu';
import { Server } from './server';
import { StatusItem } from './status';

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('fimd', { log: true });
  const status = new StatusItem();
  const here = server = new Server(context, status, log);
  const commands: { [name: string]: (argument?: unknown) => unknown } = {
    'fimd.rewrite': rewrite,
    'fimd.menu': () => menu(status.state), 'fimd.chooseProvider': () => chooseProvider(here), 'fimd.install': install,
    'fimd.explain': () => explain(here), 'fimd.stats': () => stats(here), 'fimd.log': () => log.show(),
    'fimd.restart': () => here.restart(),
    'fimd.pause': () => here.running && vscode.commands.executeCommand('fimd.togglePause'),
    'fimd.settings': () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:fimd.fimd'),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  }
  context.subscriptions.push(log, status, vscode.workspace.onDidChangeConfiguration(event => {
    if (event.affectsConfiguration('fimd.server')) void here.restart();
  }));
  void here.start();  // not awaited: a slow start of the server is no reason to hold up the editor
}

export async function deactivate(): Promise<void> { await server?.stop(); }
