// The extension's decisions that need no editor.
import { Backoff } from '../../../editors/vscode/src/backoff.ts';
import { unusable } from '../../../editors/vscode/src/version.ts';

function same(what, seen, wanted) {
  const good = JSON.stringify(seen) === JSON.stringify(wanted);
  console.log(`${good ? 'ok' : 'not ok'} vscode: ${what}${good ? '' : `  # ${JSON.stringify(seen)}`}`);
}
const deaths = (backoff, count, lived) => Array.from({ length: count }, () => backoff.next(lived));

same('the pause before a restart doubles up to a minute', deaths(new Backoff(), 10, 0),
  [250, 500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
const calmed = new Backoff();
deaths(calmed, 5, 0);
same('and is short again after a server has lived for a while', calmed.next(30000), 250);
same('a server that keeps dying is hopeless once', (() => {
  const backoff = new Backoff();
  return Array.from({ length: 20 }, () => (backoff.next(0), backoff.hopeless)).filter(Boolean).length;
})(), 1);
same('a server of this version will do', unusable('fimd', '0.1.0'), undefined);
same('and a newer one', unusable('fimd', '12.0.3'), undefined);
same('an older one will not', unusable('fimd', '0.0.9'), 'it is fimd 0.0.9, older than 0.1: install it again');
same('nor another program', [unusable('clangd', '19.1'), unusable(undefined, undefined), unusable('fimd', 'x')], Array(3).fill('it is not fimd'));
