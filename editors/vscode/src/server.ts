// The language server's life: found, checked, started, started again with growing pauses when it ends.
import * as vscode from 'vscode';
import {
  CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, TransportKind, type LanguageClientOptions,
} from 'vscode-languageclient/node';
import { findProgram, versionOf } from './find';
import { chosenSettings } from './settings';
import type { Status, StatusItem } from './status';

const longestPause = 60000;
const calm = 30000;  // a server that has lived as long starts anew with the shortest pause

export class Server {
  private client: LanguageClient | undefined;
  private pause = 250;
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private wanted = false;
  private ending: Promise<void> = Promise.resolve();
  private toldMissing = false;

  constructor(private readonly context: vscode.ExtensionContext, private readonly status: StatusItem,
    private readonly log: vscode.LogOutputChannel) {}

  get running(): LanguageClient | undefined { return this.client?.isRunning() ? this.client : undefined; }

  async start(): Promise<void> {
    this.wanted = true;
    clearTimeout(this.timer);
    await this.ending;
    if (this.client) return;
    this.status.set({ state: 'starting', provider: '', reason: '' });
    const settings = vscode.workspace.getConfiguration('fimd.server');
    const program = findProgram(settings.get('path', ''), this.context.extensionPath);
    if (!program) return this.missing(settings.get('path', ''));
    try {
      this.log.info(`${program}: ${await versionOf(program)}`);
    } catch (error) {
      return this.failed(error);
    }
    if (this.client || !this.wanted) return;  // another start was faster, or it was stopped meanwhile
    const client = this.make(program, settings.get('connect', ''));
    this.client = client;
    this.startedAt = Date.now();
    client.onNotification('fimd/status', (status: Status) => this.status.set(status));
    try {
      await client.start();
      if (this.client === client && this.status.state === 'starting') {
        this.status.set({ state: 'ready', provider: '', reason: '' });
      }
    } catch (error) {
      this.log.error(String(error));
      this.ended(client);
    }
  }

  async stop(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.timer);
    const client = this.client;
    this.client = undefined;
    if (client) this.ending = client.dispose().catch(error => this.log.warn(String(error)));
    await this.ending;
    this.status.set({ state: 'stopped', provider: '', reason: '' });
  }

  async restart(): Promise<void> {
    await this.stop();
    this.pause = 250;
    await this.start();
  }

  private make(program: string, connect: string): LanguageClient {
    const args = connect ? ['--connect', connect, '--spawn'] : ['--stdio'];
    const options: LanguageClientOptions = {
      documentSelector: ['file', 'untitled', 'vscode-notebook-cell'].map(scheme => ({ scheme })),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: chosenSettings(),
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          // The client tears itself down after this answer.
          setImmediate(() => this.ended(client));
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      initializationFailedHandler: () => false,
      middleware: {
        workspace: {
          // The client would send the section with all its defaults.
          didChangeConfiguration: () =>
            client.sendNotification('workspace/didChangeConfiguration', { settings: { fimd: chosenSettings() } }),
          configuration: (params, token, next) =>
            params.items.every(item => item.section === 'fimd') ? params.items.map(() => chosenSettings()) : next(params, token),
        },
        provideInlineCompletionItems: async (document, position, context, token, next) => {
          const done = this.status.thinking();
          let shown = false;
          try {
            const answer = await next(document, position, context, token);
            shown = !!answer && (Array.isArray(answer) ? answer : answer.items).length > 0;
            return answer;
          } finally {
            done(shown);
          }
        },
      },
    };
    const client = new LanguageClient('fimd', 'fimd', { command: program, args, transport: TransportKind.stdio }, options);
    // TransportKind.stdio adds --stdio, which the bridge to a daemon takes as well as the server.
    if (!connect) args.pop();
    client.registerFeature({
      fillClientCapabilities: capabilities => {
        capabilities.experimental = { ...(capabilities.experimental as object | undefined), fimdStatus: true };
      },
      initialize: () => {}, getState: () => ({ kind: 'static' }), clear: () => {},
    });
    return client;
  }

  // The server is gone without our wish.
  private ended(client: LanguageClient): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.ending = client.dispose().catch(() => {});
    if (Date.now() - this.startedAt > calm) this.pause = 250;
    this.status.set({ state: 'stopped', provider: '', reason: `it ended; next try in ${this.pause / 1000} s` });
    this.log.warn(`the server ended; it is started again in ${this.pause} ms`);
    if (!this.wanted) return;
    this.timer = setTimeout(() => void this.start(), this.pause);
    this.pause = Math.min(this.pause * 2, longestPause);
  }

  private failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.log.error(reason);
    this.status.set({ state: 'stopped', provider: '', reason });
  }

  private async missing(setting: string): Promise<void> {
    const reason = setting ? `fimd.server.path: ${setting} cannot be started` : 'no program "fimd" in PATH or ~/.local/bin';
    this.log.error(reason);
    this.status.set({ state: 'missing', provider: '', reason });
    if (this.toldMissing) return;
    this.toldMissing = true;
    const choice = await vscode.window.showWarningMessage(`fimd: ${reason}`, setting ? 'Settings' : 'Install ...');
    if (choice === 'Settings') void vscode.commands.executeCommand('workbench.action.openSettings', 'fimd.server.path');
    if (choice === 'Install ...') void vscode.commands.executeCommand('fimd.install');
  }
}
