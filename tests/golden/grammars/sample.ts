import type { Request } from "./http";

/** A result or a reason. */
export type Outcome<T, E = Error> = { ok: true; value: T } | { ok: false; error: E };

export interface Repository<T extends { id: string }> {
  find(id: string): Promise<T | undefined>;
  readonly size: number;
}

enum Level {
  Low = 1,
  High,
}

export abstract class Memory<T extends { id: string }> implements Repository<T> {
  private readonly items = new Map<string, T>();

  constructor(protected level: Level = Level.Low) {}

  async find(id: string): Promise<T | undefined> {
    return this.items.get(id);
  }

  get size(): number {
    return this.items.size;
  }

  abstract check(request: Request): asserts request is Request & { user: string };
}

declare module "x" {
  export const y: unique symbol;
}

const keys = <K extends string>(o: Record<K, unknown>) => Object.keys(o) as K[];
