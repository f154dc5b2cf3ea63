// The language client, made to be quiet: whatever goes wrong is in the log and in the status bar, never in a popup of
// the client's own.
import * as vscode from 'vscode';
import {
  CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, State, TransportKind, type LanguageClientOptions,
  type ShowMessageRequestParams,
} from 'vscode-languageclient/node';
import { ShownDocuments } from './documents';
import { endRepairs, showRepair } from './repairs';
import { chosenSettings } from './settings';
import type { StatusItem } from './status';

class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void { super.error(message, data, false); }
  override warn(message: string, data?: unknown): void { super.warn(message, data, false); }
}

// `ended` is called when the server is gone without our wish.
export function makeClient(program: string, connect: string, log: vscode.LogOutputChannel, status: StatusItem,
  ended: (client: LanguageClient) => void): LanguageClient {
  const documents = new ShownDocuments();
  const options: LanguageClientOptions = {
    documentSelector: ['file', 'untitled', 'vscode-notebook-cell'].map(scheme => ({ scheme })),
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: chosenSettings(),
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        setImmediate(() => ended(client));  // the client tears itself down after this answer
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    initializationFailedHandler: () => false,
    middleware: {
      ...documents.middleware,
      workspace: {
        // The client would send the section with all its defaults.
        didChangeConfiguration: () =>
          client.sendNotification('workspace/didChangeConfiguration', { settings: { fimd: chosenSettings() } }),
        configuration: (params, token, next) =>
          params.items.every(item => item.section === 'fimd') ? params.items.map(() => chosenSettings()) : next(params, token),
      },
      handleWorkDoneProgress: (token, value, next) => showRepair(client, token, value, () => next(token, value)),
      provideInlineCompletionItems: async (document, position, context, token, next) => {
        const done = status.thinking();
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
  // --stdio is the client's own addition for this transport; the bridge to a daemon takes it as well as the server.
  const args = connect ? ['--connect', connect, '--spawn'] : [];
  const client = new QuietClient('fimd', 'fimd', { command: program, args, transport: TransportKind.stdio }, options);
  client.onDidChangeState(({ newState }) => {
    if (newState !== State.Stopped) return;
    documents.dispose();
    endRepairs();
  });
  // A repair waits for the answer. Of notifications with buttons only those of errors stay until somebody chooses.
  client.onRequest('window/showMessageRequest', ({ message, actions }: ShowMessageRequestParams) =>
    vscode.window.showErrorMessage(message, ...actions ?? []).then(chosen => chosen ?? null));
  client.registerFeature({
    fillClientCapabilities: capabilities => {
      capabilities.experimental = { ...(capabilities.experimental as object | undefined), fimdStatus: true, fimdRewrite: true };
    },
    initialize: () => {}, getState: () => ({ kind: 'static' }), clear: () => {},
  });
  return client;
}
