// Ghost text: seen, taken whole, by word and by line, followed by typing, dismissed; in files of several kinds.
import { acceptances, allAnswered, asked, model, modelRequests } from './outside.mjs';

const answer = 'return a + b;';
const three = 'int sum = 0;\n  for (int i = 0; i < n; i++) sum += v[i];\n  return sum;';
const edge = 'def edge(shape):\n    width = shape.get("width")\n    hei';
const body = (name, inside = '  ') => `int ${name}(int a, int b) {\n${inside}\n}\n`;
export const files = {
  'first.c': body('first'), 'three.c': 'int total(int *v, int n) {\n  \n}\n', 'word.c': body('word'), 'line.c': 'int total(int *v, int n) {\n  \n}\n',
  'through.c': body('through'), 'escape.c': body('escape'), 'two.py': [
    'def area(shape):', '    width = shape.get("width")', '    height = shape.get("height")', '    return width * height', '', '',
    edge, ''].join('\n'),
  'tab.c': 'int tab(int a, int b) {\n\n}\n', 'key.c': 'int key(int a, int b) {\n\n}\n', 'wide.c': 'const char *s = "\u{1f642}\u00e9";  \n', 'crlf.c': body('crlf').replaceAll('\n', '\r\n'),
};

export async function first(t) {
  await model({ answer });
  const { editor } = t;
  await editor.openFile('first.c', '{\n  ');
  await t.coax(answer, t.patienceAtStart);
  t.check('ghost text appears', true);
  await editor.shot('ghost');
  const before = acceptances();
  await t.accepted('Tab takes it, and it can be saved', 'first.c', body('first', `  ${answer}`));
  await editor.until('the server is told that it was taken', () => acceptances() === before + 1);
  t.check('the server is told that it was taken', true);
}

export async function by_key(t) {
  await model({ answer: `    ${answer}` });
  await t.editor.openFile('tab.c', '{\n');
  await t.coax(`    ${answer}`);
  await t.editor.press('Tab');
  await t.saved('Tab indents where ghost text does', 'tab.c', files['tab.c'].replace('{\n', '{\n    '));
  await t.editor.openFile('key.c', '{\n');
  await t.coax(`    ${answer}`);
  await t.editor.press('Control+Alt+Enter');
  await t.saved('and Ctrl+Alt+Enter takes it there', 'key.c', files['key.c'].replace('{\n', `{\n    ${answer}`));
}

export async function several_lines(t) {
  await model({ answer: three });
  await t.editor.openFile('three.c', '{\n  ');
  await t.coax(three);
  t.check('ghost text of three lines appears', true);
  await t.editor.shot('lines');
  await t.accepted('Tab takes all of them', 'three.c', `int total(int *v, int n) {\n  ${three}\n}\n`);
}

export async function by_word(t) {
  await model({ answer });
  await t.editor.openFile('word.c', '{\n  ');
  await t.coax(answer);
  await t.editor.press('Control+ArrowRight');
  await t.editor.ghostIs(' a + b;');
  await t.saved('Ctrl+Right takes the next word', 'word.c', body('word', '  return'));
  await t.editor.shot('word');
  await t.accepted('and Tab the rest', 'word.c', body('word', `  ${answer}`));
}

export async function by_line(t) {
  await model({ answer: three });
  await t.editor.openFile('line.c', '{\n  ');
  await t.coax(three);
  await t.editor.press('Control+Alt+ArrowRight');
  await t.editor.until('a shorter ghost text', async () => !(await t.editor.ghost()).includes('int sum'));
  await t.editor.press('Escape');
  await t.editor.ghostIs('');
  const good = text => /^int total\(int \*v, int n\) \{\n {2}int sum = 0;\n\s*\}\n$/.test(text);
  const saved = await t.editor.save('line.c', good);
  t.check('Ctrl+Alt+Right takes the next line', good(saved), saved);
}

export async function typed_along(t) {
  await model({ answer });
  await t.editor.openFile('through.c', '{\n  ');
  await t.coax(answer);
  await t.editor.until('every request is answered', allAnswered);
  const calls = modelRequests().length, questions = asked().length;
  for (let n = 1; n <= 6; n++) {
    await t.editor.type(answer[n - 1]);
    await t.editor.ghostIs(answer.slice(n));
  }
  t.check('ghost text stays while its beginning is typed', true);
  await t.editor.until('the editor asks again and is answered', () => asked().length > questions && allAnswered());
  t.same('and no model is asked for it', modelRequests().length, calls);
  await t.accepted('Tab takes the rest', 'through.c', body('through', `  ${answer}`));
}

export async function dismissed(t) {
  await model({ answer });
  await t.editor.openFile('escape.c', '{\n  ');
  await t.coax(answer);
  await t.editor.press('Escape');
  await t.editor.ghostIs('');
  t.check('Escape hides ghost text', true);
  await t.editor.press('Tab');
  await t.saved('and Tab is Tab then', 'escape.c', body('escape', '    '));
}

export async function two_to_choose_from(t) {
  await model({ answer: 'ght = 7' });
  await t.editor.openFile('two.py', edge);
  await t.coax('ght = 7');
  await t.editor.press('Alt+]');
  await t.editor.until('another ghost text', async () => {
    const now = await t.editor.ghost();
    return now !== '' && now !== 'ght = 7';
  });
  t.same('Alt+] shows the next one', await t.editor.ghost(), 'ght = shape.get("height")');
  await t.editor.shot('next');
  await t.editor.press('Alt+[');
  await t.editor.ghostIs('ght = 7');
  t.check('Alt+[ goes back', true);
  await t.editor.press('Alt+]');
  await t.editor.ghostIs('ght = shape.get("height")');
  await t.accepted('which Tab takes', 'two.py', files['two.py'].replace(/hei\n$/, 'height = shape.get("height")\n'));
}

export async function beyond_ascii(t) {
  await model({ answer });
  await t.editor.openFile('wide.c', 'const');
  await t.editor.press('End');
  await t.coax(answer);
  await t.accepted('ghost text behind characters beyond ASCII is put in at its column', 'wide.c', `const char *s = "\u{1f642}\u00e9";  ${answer}\n`);
}

export async function line_ends(t) {
  await model({ answer: three });
  await t.editor.openFile('crlf.c', '{\r\n  ');
  await t.coax(three);
  await t.accepted('a file with CRLF keeps its line ends', 'crlf.c', body('crlf', `  ${three}`).replaceAll('\n', '\r\n'));
}
