// How long to wait before a server that has ended is started again.

const shortest = 250;   // ms
const longest = 60000;
const calm = 30000;     // a server that has lived as long is not one that dies at its start

export class Backoff {
  private deaths = 0;  // early ones, in a row

  // The pause in milliseconds, for a server that has lived so many.
  next(lived: number): number {
    if (lived >= calm) this.deaths = 0;
    return Math.min(shortest * 2 ** this.deaths++, longest);
  }

  // Whether it is time to tell the user: it will not come right by itself.
  get hopeless(): boolean { return this.deaths === 6; }

  reset(): void { this.deaths = 0; }
}
