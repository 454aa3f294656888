import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Route, RouteDescription } from './route.ts';

/** A place of the interface that answers, whoever made it. */
export interface ListedRoute {
  readonly method: string;
  /** With `:name` for what the path names, and `*` for any end of it. */
  readonly path: string;
  /** The route of the table behind it, when one is. */
  readonly route: Route | undefined;
  readonly describes: RouteDescription | undefined;
}

/** What routes tell the framework about themselves. */
export interface RouteConfig {
  readonly route?: Route;
  /** Told of routes that stand for no command. */
  readonly describes?: RouteDescription;
}

/** Tells the list of routes about one that stands for no command. */
export function described(describes: RouteDescription): { readonly config: object } {
  const config: RouteConfig = { describes };
  return { config };
}

/** Every route that the framework has been given, so that what is documented and what answers cannot differ. */
export class RouteList {
  readonly #routes: (ListedRoute & { readonly pattern: RegExp })[] = [];

  /** Notes routes from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (options) => this.#add(options));
  }

  get routes(): readonly ListedRoute[] {
    return this.#routes;
  }

  /** Methods that a path has; none when there is no such path. */
  methodsOf(path: string): string[] {
    const found = this.#routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(found)].sort();
  }

  #add(options: RouteOptions): void {
    const { route, describes = route?.describes } = (options.config ?? {}) as RouteConfig;
    const pattern = new RegExp(`^${options.url.replace(/:\w+/g, '[^/]+').replace(/\*$/, '.*')}/?$`);
    for (const method of [options.method].flat()) {
      this.#routes.push({ method, path: options.url, route, describes, pattern });
    }
  }
}
