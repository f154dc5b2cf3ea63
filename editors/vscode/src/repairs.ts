// The progress of repairs, as a notification with a button that ends them: the client's own is a line in the status bar
// without one.
import * as vscode from 'vscode';
import type { LanguageClient, ProgressToken } from 'vscode-languageclient/node';

interface Value { kind: 'begin' | 'report' | 'end'; title?: string; message?: string }

const running = new Map<string, { report(message?: string): void; end(): void }>();

export function showRepair(client: LanguageClient, token: ProgressToken, value: Value, next: () => void): void {
  if (typeof token !== 'string' || !token.startsWith('fimd.fix.')) return next();
  if (value.kind === 'report') running.get(token)?.report(value.message);
  if (value.kind === 'end') running.get(token)?.end();
  if (value.kind !== 'begin') return;
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: `fimd: ${value.title}` };
  void vscode.window.withProgress(options, (progress, cancel) => new Promise<void>(resolve => {
    running.set(token, {
      report: message => progress.report({ message }),
      end: () => { running.delete(token); resolve(); },
    });
    cancel.onCancellationRequested(() => void client.sendNotification('window/workDoneProgress/cancel', { token }));
  }));
}

// The server is gone, and its repairs with it.
export function endRepairs(): void { for (const repair of [...running.values()]) repair.end(); }
