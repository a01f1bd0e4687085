// The pages of the desk. All of them need an account; what a role may not see, the pages say.
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { readGrowthSearch, readPlatformSearch } from "../platform/search";
import { parsePlainSearch, stringifyPlainSearch } from "../shared/lib/plainSearch";
import { RouteError } from "../shared/ui/RouteError";
import { readAttendeeSearch } from "./attendees/search";
import { requireAccount } from "./guard";
import { DeskLayout } from "./layout/DeskLayout";
import { NotFoundPage } from "./layout/NotFoundPage";
import { readOrderSearch } from "./orders/search";

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
const create = createRoute({
  getParentRoute: () => root,
  path: "/new",
  component: lazyRouteComponent(() => import("./editor/NewEventPage"), "NewEventPage"),
});
const newOrganization = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: lazyRouteComponent(() => import("./desk/WelcomePage"), "WelcomePage"),
});

const event = createRoute({
  getParentRoute: () => root,
  path: "/events/$eventId",
  component: lazyRouteComponent(() => import("./event/EventLayout"), "EventLayout"),
});
const sales = createRoute({
  getParentRoute: () => event,
  path: "/",
  component: lazyRouteComponent(() => import("./sales/SalesPage"), "SalesPage"),
});
const edit = createRoute({
  getParentRoute: () => event,
  path: "/edit",
  component: lazyRouteComponent(() => import("./editor/EditorPage"), "EditorPage"),
});
const tickets = createRoute({
  getParentRoute: () => event,
  path: "/tickets",
  component: lazyRouteComponent(() => import("./tickets/TicketsPage"), "TicketsPage"),
});
const eventOrders = createRoute({
  getParentRoute: () => event,
  path: "/orders",
  validateSearch: readOrderSearch,
  component: lazyRouteComponent(() => import("./orders/EventOrdersPage"), "EventOrdersPage"),
});
const attendees = createRoute({
  getParentRoute: () => event,
  path: "/attendees",
  validateSearch: readAttendeeSearch,
  component: lazyRouteComponent(() => import("./attendees/AttendeesPage"), "AttendeesPage"),
});
const devices = createRoute({
  getParentRoute: () => event,
  path: "/devices",
  component: lazyRouteComponent(() => import("./devices/DevicesPage"), "DevicesPage"),
});
const history = createRoute({
  getParentRoute: () => event,
  path: "/history",
  component: lazyRouteComponent(() => import("./history/HistoryPage"), "HistoryPage"),
});

const orders = createRoute({
  getParentRoute: () => root,
  path: "/orders",
  validateSearch: readOrderSearch,
  component: lazyRouteComponent(() => import("./orders/OrdersPage"), "OrdersPage"),
});
const order = createRoute({
  getParentRoute: () => root,
  path: "/orders/$orderId",
  component: lazyRouteComponent(() => import("./orders/OrderPage"), "OrderPage"),
});
const team = createRoute({
  getParentRoute: () => root,
  path: "/team",
  component: lazyRouteComponent(() => import("./team/TeamPage"), "TeamPage"),
});
const keys = createRoute({
  getParentRoute: () => root,
  path: "/keys",
  component: lazyRouteComponent(() => import("./keys/KeysPage"), "KeysPage"),
});
const platform = createRoute({
  getParentRoute: () => root,
  path: "/platform",
  component: lazyRouteComponent(() => import("../platform/PlatformPage"), "PlatformPage"),
});
const platformOrganizations = createRoute({
  getParentRoute: () => root,
  path: "/platform/organizations",
  validateSearch: readPlatformSearch,
  component: lazyRouteComponent(() => import("../platform/OrganizationsPage"), "OrganizationsPage"),
});
const platformPeople = createRoute({
  getParentRoute: () => root,
  path: "/platform/people",
  validateSearch: readPlatformSearch,
  component: lazyRouteComponent(() => import("../platform/PeoplePage"), "PeoplePage"),
});
const platformGrowth = createRoute({
  getParentRoute: () => root,
  path: "/platform/growth",
  validateSearch: readGrowthSearch,
  component: lazyRouteComponent(() => import("../platform/GrowthPage"), "GrowthPage"),
});

const routes = root.addChildren([
  events,
  create,
  newOrganization,
  event.addChildren([sales, edit, tickets, eventOrders, attendees, devices, history]),
  orders,
  order,
  team,
  keys,
  platform,
  platformOrganizations,
  platformPeople,
  platformGrowth,
]);

export function createDeskRouter(queries: QueryClient) {
  return createRouter({
    routeTree: routes,
    basepath: "/organizer",
    context: { queries },
    defaultPreload: "intent",
    defaultErrorComponent: RouteError,
    parseSearch: parsePlainSearch,
    stringifySearch: stringifyPlainSearch,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createDeskRouter>;
  }
}
