// The status bar item: what the server says of itself, and how long the last suggestion took.
import * as vscode from 'vscode';

export interface Status { state: string; provider: string; reason: string }

const looks: { [state: string]: [icon: string, word: string] } = {
  ready: ['sparkle', 'ready'], paused: ['debug-pause', 'paused'], degraded: ['warning', 'degraded'],
  starting: ['sync', 'starting'], stopped: ['circle-slash', 'not running'], missing: ['circle-slash', 'not installed'],
};

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('fimd.status', vscode.StatusBarAlignment.Right, 100);
  private status: Status = { state: 'starting', provider: '', reason: '' };
  private asked = 0;
  private latency: number | undefined;

  constructor() {
    this.item.name = 'fimd';
    this.item.command = 'fimd.menu';
    this.draw();
    this.item.show();
  }

  get state(): string { return this.status.state; }

  set(status: Status): void {
    this.status = status;
    this.draw();
  }

  // Marks a request under way; call what it returns when the answer is there.
  thinking(): (shown: boolean) => void {
    const from = performance.now();
    this.asked++;
    this.draw();
    return shown => {
      this.asked--;
      if (shown) this.latency = performance.now() - from;
      this.draw();
    };
  }

  private draw(): void {
    const { state, provider, reason } = this.status;
    const [icon, word] = looks[state] ?? looks.stopped;
    const works = state === 'ready' || state === 'degraded';
    const thinking = this.asked > 0 && works;
    this.item.text = `$(${thinking ? 'loading~spin' : icon}) fimd`;
    const time = !works || this.latency === undefined ? '' : `, last suggestion ${Math.round(this.latency)} ms`;
    const told = `fimd: ${thinking ? 'thinking' : word}${provider ? `, ${provider}` : ''}${time}${reason ? ` (${reason})` : ''}`;
    this.item.tooltip = told;
    this.item.accessibilityInformation = { label: told };
    this.item.backgroundColor = state === 'degraded' || state === 'stopped' || state === 'missing'
      ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }

  dispose(): void { this.item.dispose(); }
}
