// The server's life: found, started, checked, started again with growing pauses when it ends.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { Backoff } from './backoff';
import { makeClient } from './client';
import { passOnDiagnostics } from './diagnostics';
import { findProgram } from './find';
import type { Status, StatusItem } from './status';
import { unusable } from './version';

export class Server {
  private client: LanguageClient | undefined;
  private readonly backoff = new Backoff();
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private wanted = false;
  private ending: Promise<void> = Promise.resolve();
  private diagnostics: vscode.Disposable | undefined;
  private told = '';  // what the last message said, so that none comes twice

  program: string | undefined;

  constructor(private readonly context: vscode.ExtensionContext, private readonly status: StatusItem,
    private readonly log: vscode.LogOutputChannel) {}

  get running(): LanguageClient | undefined { return this.client?.isRunning() ? this.client : undefined; }

  async start(): Promise<void> {
    this.wanted = true;
    clearTimeout(this.timer);
    await this.ending;
    if (this.client || !this.wanted) return;
    const settings = vscode.workspace.getConfiguration('fimd.server');
    this.program = findProgram(settings.get('path', ''), this.context.extensionPath);
    if (!this.program) return this.missing(settings.get('path', ''));
    this.status.set({ state: 'starting', provider: '', reason: '' });
    const client = makeClient(this.program, settings.get('connect', ''), this.log, this.status, gone => this.ended(gone));
    this.client = client;
    this.startedAt = Date.now();
    client.onNotification('fimd/status', (status: Status) => { if (this.client === client) this.status.set(status); });
    try {
      await client.start();
    } catch (error) {
      this.log.error(String(error));
      return this.ended(client);
    }
    if (this.client === client) await this.started(client);
  }

  async stop(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.timer);
    if (this.client) this.drop(this.client);
    await this.ending;
    this.status.set({ state: 'stopped', provider: '', reason: '' });
  }

  async restart(): Promise<void> {
    await this.stop();
    this.backoff.reset();
    this.told = '';
    await this.start();
  }

  private async started(client: LanguageClient): Promise<void> {
    const info = client.initializeResult?.serverInfo;
    const problem = unusable(info?.name, info?.version);
    if (problem) {
      await this.stop();
      return this.trouble('stopped', `${this.program}: ${problem}`, { 'Install ...': 'fimd.install', 'Log': 'fimd.log' });
    }
    this.log.info(`${this.program}: ${info?.name} ${info?.version}`);
    this.diagnostics = passOnDiagnostics(client);
    if (this.status.state === 'starting') this.status.set({ state: 'ready', provider: '', reason: '' });
  }

  private drop(client: LanguageClient): void {
    this.client = undefined;
    this.diagnostics?.dispose();
    this.ending = client.dispose().catch(error => this.log.warn(String(error)));
  }

  // The server is gone without our wish.
  private ended(client: LanguageClient): void {
    if (this.client !== client) return;
    this.drop(client);
    if (!this.wanted) return;
    const pause = this.backoff.next(Date.now() - this.startedAt);
    const reason = `the server has ended; it is started again in ${pause / 1000} s`;
    this.timer = setTimeout(() => void this.start(), pause);
    if (this.backoff.hopeless) {
      return void this.trouble('stopped', 'the server ends again and again', { 'Log': 'fimd.log', 'Restart': 'fimd.restart' });
    }
    this.log.warn(reason);
    this.status.set({ state: 'stopped', provider: '', reason });
  }

  private missing(setting: string): Promise<void> {
    if (!setting) return this.trouble('missing', 'no program "fimd" in PATH or ~/.local/bin', { 'Install ...': 'fimd.install' });
    return this.trouble('missing', `fimd.server.path: ${setting} cannot be started`, { 'Settings': 'fimd.settings' });
  }

  // Says once what only the user can mend, with buttons that run commands.
  private async trouble(state: string, reason: string, buttons: { [title: string]: string }): Promise<void> {
    this.log.error(reason);
    this.status.set({ state, provider: '', reason });
    if (this.told === reason) return;
    this.told = reason;
    const choice = await vscode.window.showWarningMessage(`fimd: ${reason}`, ...Object.keys(buttons));
    if (choice) void vscode.commands.executeCommand(buttons[choice]);
  }
}
