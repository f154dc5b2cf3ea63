// Which documents the server hears of: those that a tab or an editor shows. VS Code and its extensions open others out of
// sight, to read or to change them (a setting that is chosen in a menu is an edit of settings.json): nobody types there.
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

type Tell = () => Promise<void>;

function tabShows(tab: vscode.Tab, uri: string): boolean {
  const input = tab.input as { uri?: vscode.Uri; original?: vscode.Uri; modified?: vscode.Uri } | undefined;
  return [input?.uri, input?.original, input?.modified].some(each => each?.toString() === uri);
}

function isShown(document: vscode.TextDocument): boolean {
  if (document.uri.scheme === 'vscode-notebook-cell') return true;  // its notebook is what the tab shows
  const uri = document.uri.toString();
  return vscode.window.visibleTextEditors.some(editor => editor.document === document)
    || vscode.window.tabGroups.all.some(group => group.tabs.some(tab => tabShows(tab, uri)));
}

// One client's; a document that was shown once is told of until it is closed.
export class ShownDocuments implements vscode.Disposable {
  private readonly hidden = new Map<vscode.TextDocument, Tell>();
  private readonly listening = [
    vscode.window.onDidChangeVisibleTextEditors(() => this.look()), vscode.window.tabGroups.onDidChangeTabs(() => this.look()),
  ];

  readonly middleware: Middleware = {
    didOpen: async (document, next) => {
      if (isShown(document)) return next(document);
      this.hidden.set(document, () => next(document));
    },
    didChange: async (event, next) => { if (!this.hidden.has(event.document)) await next(event); },
    // One that is closed at once is told of as saved after it.
    didSave: async (document, next) => { if (!this.hidden.has(document) && !document.isClosed) await next(document); },
    didClose: async (document, next) => { if (!this.hidden.delete(document)) await next(document); },
  };

  private look(): void {
    for (const [document, tell] of this.hidden) {
      if (!isShown(document)) continue;
      this.hidden.delete(document);
      tell().catch(() => {});  // the client is about to end
    }
  }

  dispose(): void { for (const each of this.listening) each.dispose(); }
}
