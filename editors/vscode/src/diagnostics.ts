// Tells the server what the editor's checkers say of the open files: what is wrong near the cursor belongs into a prompt,
// and a language server hears of nobody's diagnostics but its own.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

function tell(client: LanguageClient, uri: vscode.Uri): void {
  const convert = client.code2ProtocolConverter;
  const diagnostics = vscode.languages.getDiagnostics(uri).map(({ message, range }) => ({ message, range: convert.asRange(range) }));
  client.sendNotification('fimd/diagnostics', { uri: convert.asUri(uri), diagnostics }).catch(() => {});  // it is about to end
}

// For a client that has just been started; what is returned ends it.
export function passOnDiagnostics(client: LanguageClient): vscode.Disposable {
  for (const document of vscode.workspace.textDocuments) {
    if (vscode.languages.getDiagnostics(document.uri).length > 0) tell(client, document.uri);
  }
  return vscode.languages.onDidChangeDiagnostics(event => {
    if (!client.isRunning()) return;
    const open = new Set(vscode.workspace.textDocuments.map(document => document.uri.toString()));
    for (const uri of event.uris) if (open.has(uri.toString())) tell(client, uri);
  });
}
