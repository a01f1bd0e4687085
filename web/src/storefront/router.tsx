// The pages of the storefront. Everything but the frame is loaded when it is needed.
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { parsePlainSearch, stringifyPlainSearch } from "../shared/lib/plainSearch";
import { RouteError } from "../shared/ui/RouteError";
import { readFilters } from "./discover/filters";
import { NotFoundPage } from "./layout/NotFoundPage";
import { ShopLayout } from "./layout/ShopLayout";

interface Context {
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: ShopLayout,
  notFoundComponent: NotFoundPage,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./discover/HomePage"), "HomePage"),
});

const event = createRoute({
  getParentRoute: () => root,
  path: "/events/$eventId",
  component: lazyRouteComponent(() => import("./event/EventPage"), "EventPage"),
});

const contact = createRoute({
  getParentRoute: () => root,
  path: "/events/$eventId/checkout",
  validateSearch: (search: Record<string, unknown>): { t?: string } =>
    typeof search.t === "string" ? { t: search.t } : {},
  component: lazyRouteComponent(() => import("./checkout/ContactPage"), "ContactPage"),
});

const payment = createRoute({
  getParentRoute: () => root,
  path: "/events/$eventId/checkout/$reservationId",
  component: lazyRouteComponent(() => import("./checkout/PaymentPage"), "PaymentPage"),
});

const order = createRoute({
  getParentRoute: () => root,
  path: "/orders/$orderId",
  component: lazyRouteComponent(() => import("./order/OrderPage"), "OrderPage"),
});

const tickets = createRoute({
  getParentRoute: () => root,
  path: "/tickets",
  component: lazyRouteComponent(() => import("./order/TicketsPage"), "TicketsPage"),
});

const help = createRoute({
  getParentRoute: () => root,
  path: "/help",
  component: lazyRouteComponent(() => import("./pages/HelpPage"), "HelpPage"),
});

const accessibility = createRoute({
  getParentRoute: () => root,
  path: "/accessibility",
  component: lazyRouteComponent(() => import("./pages/AccessibilityPage"), "AccessibilityPage"),
});

const next = (search: Record<string, unknown>): { next?: string } =>
  typeof search.next === "string" ? { next: search.next } : {};

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: next,
  component: lazyRouteComponent(() => import("./account/LoginPage"), "LoginPage"),
});

const loginCallback = createRoute({
  getParentRoute: () => root,
  path: "/login/callback/$provider",
  component: lazyRouteComponent(() => import("./account/CallbackPage"), "CallbackPage"),
});

const loginConfirm = createRoute({
  getParentRoute: () => root,
  path: "/login/confirm",
  component: lazyRouteComponent(() => import("./account/ConfirmLoginPage"), "ConfirmLoginPage"),
});

const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  validateSearch: next,
  component: lazyRouteComponent(() => import("./account/RegisterPage"), "RegisterPage"),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot",
  component: lazyRouteComponent(() => import("./account/ForgotPage"), "ForgotPage"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: lazyRouteComponent(() => import("./account/ResetPage"), "ResetPage"),
});

const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  component: lazyRouteComponent(() => import("./account/VerifyPage"), "VerifyPage"),
});

const emailChange = createRoute({
  getParentRoute: () => root,
  path: "/email-change",
  component: lazyRouteComponent(() => import("./account/EmailChangePage"), "EmailChangePage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(() => import("./account/InvitationPage"), "InvitationPage"),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  component: lazyRouteComponent(() => import("./account/AccountPage"), "AccountPage"),
});

const accountExport = createRoute({
  getParentRoute: () => root,
  path: "/account/export/$exportId",
  component: lazyRouteComponent(() => import("./account/ExportPage"), "ExportPage"),
});

const routes = root.addChildren([
  home,
  event,
  contact,
  payment,
  order,
  tickets,
  help,
  accessibility,
  login,
  loginCallback,
  loginConfirm,
  register,
  forgot,
  reset,
  verify,
  emailChange,
  invitation,
  account,
  accountExport,
]);

export function createShopRouter(queries: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { queries },
    parseSearch: parsePlainSearch,
    stringifySearch: stringifyPlainSearch,
    defaultPreload: "intent",
    defaultErrorComponent: RouteError,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createShopRouter>;
  }
}
