import type { Channel } from '../switch/index.ts';
import { type App, newApp, SOURCES, type Source, tell } from './application.ts';
import type { AppEvent } from './events.ts';

/** The applications that there are, and the way from an event to those that hear of it. */
export class Audience {
  readonly #apps = new Map<string, App>();
  /** Applications that hear of one id. */
  readonly #listeners: Record<Source, Map<string, Set<App>>> = {
    channel: new Map(),
    bridge: new Map(),
    endpoint: new Map(),
    device: new Map(),
  };

  get(name: string): App | undefined {
    return this.#apps.get(name);
  }

  values(): Iterable<App> {
    return this.#apps.values();
  }

  make(name: string): App {
    const app = newApp(name);
    this.#apps.set(name, app);
    return app;
  }

  /**
   * An application without listener goes away once it holds nothing: no channel, no bridge, and nothing else that was
   * asked for by name unless it listened to everything anyway.
   */
  dropIfIdle(app: App): void {
    if (app.consumer !== undefined) return;
    const { channel, bridge, endpoint, device } = app.sources;
    if (channel.size > 0 || bridge.size > 0) return;
    if (app.all.size === 0 && (endpoint.size > 0 || device.size > 0)) return;
    for (const source of SOURCES)
      for (const id of [...app.sources[source].keys()]) this.remove(app, source, id, true);
    this.#apps.delete(app.name);
  }

  /** Subscribes an application to an id, once more when it is already. */
  add(app: App, source: Source, id: string): void {
    app.sources[source].set(id, (app.sources[source].get(id) ?? 0) + 1);
    const listeners = this.#listeners[source];
    const apps = listeners.get(id);
    if (apps === undefined) listeners.set(id, new Set([app]));
    else apps.add(app);
  }

  /** Takes one subscription to an id back, or, wholly, all of them. False when there was none. */
  remove(app: App, source: Source, id: string, wholly: boolean): boolean {
    const count = app.sources[source].get(id);
    if (count === undefined) return false;
    if (count > 1 && !wholly) {
      app.sources[source].set(id, count - 1);
      return true;
    }
    app.sources[source].delete(id);
    const apps = this.#listeners[source].get(id);
    apps?.delete(app);
    if (apps?.size === 0) this.#listeners[source].delete(id);
    return true;
  }

  /** There is nothing more to hear of an id. */
  forget(source: Source, id: string): void {
    for (const app of [...(this.#listeners[source].get(id) ?? [])]) {
      this.remove(app, source, id, true);
      this.dropIfIdle(app);
    }
  }

  /** Whether any application hears of one of the ids. */
  hears(source: Source, ids: readonly string[]): boolean {
    if (ids.some((id) => this.#listeners[source].has(id))) return true;
    for (const app of this.#apps.values()) if (app.all.has(source)) return true;
    return false;
  }

  /** Those that are subscribed to one of the ids by its name. */
  subscribed(source: Source, ids: readonly string[]): ReadonlySet<App> {
    const found = new Set<App>();
    for (const id of ids) for (const app of this.#listeners[source].get(id) ?? []) found.add(app);
    return found;
  }

  /** Tells each application once: those subscribed to one of the ids, and those subscribed to all. */
  publish(source: Source, ids: readonly string[], event: AppEvent): void {
    let told: Set<App> | undefined;
    for (const id of ids) {
      for (const app of this.#listeners[source].get(id) ?? []) {
        if (told?.has(app)) continue;
        tell(app, event);
        told ??= new Set();
        told.add(app);
      }
    }
    for (const app of this.#apps.values()) {
      if (app.all.has(source) && !told?.has(app)) tell(app, event);
    }
  }

  /** Tells of a channel: an application subscribed to its endpoint hears of it too, once. */
  publishChannel(channel: Channel, event: AppEvent): void {
    this.publish('channel', [channel.id], event);
    if (channel.endpoint === undefined) return;
    for (const app of this.#listeners.endpoint.get(`${channel.technology}/${channel.endpoint}`) ?? []) {
      if (!app.sources.channel.has(channel.id) && !app.all.has('channel')) tell(app, event);
    }
  }

  clear(): void {
    this.#apps.clear();
  }
}
