// Ghost text beside the editor's own completion list: it continues the entry that is selected there.
import { messages, model } from './outside.mjs';

export const files = { 'list.c': 'int alphaNumber = 1;\nint alphaOther = 2;\nint use() { return alp; }\n' };

export async function beside_the_list(t) {
  const { editor } = t;
  await model({ answer: ' + 40' });
  await editor.openFile('list.c', 'return alp');
  await editor.press('Control+Space');
  await editor.page.waitForSelector('.suggest-widget.visible .monaco-list-row', { timeout: editor.patience });
  await editor.ghostIs('haNumber + 40');
  t.check('ghost text continues the selected entry of the completion list', true);
  await editor.shot('list');
  await editor.press('ArrowDown');
  await editor.ghostIs('haOther + 40');
  t.check('and follows the selection', true);
  const selected = messages(message => message.method === 'textDocument/inlineCompletion')
    .map(message => message.params.context.selectedCompletionInfo?.text).filter(Boolean);
  t.check('the server is told of the selected entries', selected.includes('alphaNumber') && selected.includes('alphaOther'), selected);
  await editor.press('Tab');
  await editor.page.waitForSelector('.suggest-widget.visible', { state: 'detached', timeout: editor.patience });
  await editor.ghostIs(' + 40');
  await t.accepted('Tab takes the entry, and once more the ghost text', 'list.c', files['list.c'].replace('alp;', 'alphaOther + 40;'));
}
