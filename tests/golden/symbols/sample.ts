import type { Request } from "./http";
import fs = require("fs");
import Base = Lib.Base;

declare module "plugin" {
  export function load(name: string): Plugin;
}

/** Something with an id. */
export interface Entity extends Identified, Comparable<Entity> {
  readonly id: string;
  tags?: Map<string, Tag>;
  find(id: string): Promise<Entity | undefined>;
  onChange: (next: Entity) => void;
}

export type Handler<T> = (value: T) => void;
type Point = { x: number; y: number };

export enum Level {
  Low = 1,
  High, // very
}

export namespace Units {
  export const meter: Unit = make("m");
  export function of(text: string): Unit | null { return null; }
}

export abstract class Store<T extends { id: string }> extends Base<T> implements Entity, Iterable<T> {
  private items: T[] = [];
  static shared?: Store<Entity>;
  cache = new LruCache<string, T>(100);

  constructor(private readonly backend: Backend, limit: number, public name = "store") {
    super();
  }

  // Whether there is nothing in it.
  get empty(): boolean { return this.items.length === 0; }

  abstract load(id: string): Promise<T>;

  protected async save(item: T, options?: { force: boolean }): Promise<void> {
    const { force } = options ?? { force: false };
    await this.backend.write(item, force);
  }

  private handle = (event: Event): void => { this.save(event.item); };
}

export function isEntity(value: unknown): value is Entity;
export function isEntity(value: any): boolean { return "id" in value; }

export const create = <T,>(kind: string): Store<T> => registry.get(kind) as Store<T>;

@Injectable()
export class Service {
  @Input() title: string;
}
