// The pages of the desk. All of them need an account.
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { RouteError } from "../shared/ui/RouteError";
import { requireAccount } from "./guard";
import { DeskLayout } from "./layout/DeskLayout";
import { NotFoundPage } from "./layout/NotFoundPage";

interface Context {
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  beforeLoad: ({ context, location }) => requireAccount(context.queries, location.href),
  component: DeskLayout,
  notFoundComponent: NotFoundPage,
});

const events = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./events/EventsPage"), "EventsPage"),
});

const routes = root.addChildren([events]);

export function createDeskRouter(queries: QueryClient) {
  return createRouter({
    routeTree: routes,
    basepath: "/organizer",
    context: { queries },
    defaultPreload: "intent",
    defaultErrorComponent: RouteError,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createDeskRouter>;
  }
}
