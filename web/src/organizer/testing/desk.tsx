// The whole desk on a fake API, for tests that work like a person: open an address, type, press.
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { vi } from "vitest";
import type { Account } from "../../shared/account/account";
import { createQueryClient } from "../../shared/api/queryClient";
import { rememberLogin } from "../../shared/api/session";
import type { EventView } from "../../shared/catalogue/queries";
import { I18nProvider } from "../../shared/i18n/I18nProvider";
import type { Availability } from "../../shared/live/useAvailability";
import type { EventAnswer } from "../event/queries";
import { en } from "../i18n/en";
import { load } from "../i18n/load";
import { createDeskRouter } from "../router";

export const ORGANIZATION = "0199c0de-0000-7000-8000-00000000000a";
export const EVENT = "0199c0de-0000-7000-8000-00000000000e";
export const REGULAR = "0199c0de-0000-7000-8000-0000000000f1";

export const OWNER: Account = {
  account_id: "0199c0de-0000-7000-8000-0000000000a1",
  email: "ada@example.org",
  name: "Ada",
  email_verified: true,
  has_password: true,
  platform_admin: false,
  memberships: [{ organization_id: ORGANIZATION, organization_name: "Playhouse", role: "owner" }],
  second_factors: [],
};

export function anEvent(changes: Partial<EventView> = {}): EventView {
  return {
    event_id: EVENT,
    organization_id: ORGANIZATION,
    title: "Four Hands, One Piano",
    description: "",
    tags: [],
    starts_at: "2027-03-20T19:30:00Z",
    time_zone: "Europe/Berlin",
    currency: "EUR",
    status: "DRAFT",
    per_person_cap: 50,
    sales_suspended: false,
    hold_ttl_seconds: 900,
    late_payment: "acquire_again",
    total_capacity: 400,
    ticket_types: [],
    version: 3,
    ...changes,
  };
}

export function aType(changes: Partial<EventView["ticket_types"][number]> = {}) {
  return {
    ticket_type_id: REGULAR,
    name: "Regular",
    description: "",
    price: { kind: "fixed" as const, amount: 2900 },
    enabled: true,
    min_per_order: 1,
    max_per_order: 10,
    ...changes,
  };
}

/** What a command about an event answers. */
export function answerOf(event: EventView): EventAnswer {
  const types = event.ticket_types.map((type) => ({ ...type, available: 0, held: 0, sold: 0 }));
  const { published_at: _p, cancellation_reason: _c, sales_suspended: _s, ...rest } = event;
  return { ...rest, held: 0, sold: 0, ticket_types: types };
}

export function figuresOf(event: EventView, changes: Partial<Availability> = {}): Availability {
  return {
    event_id: event.event_id,
    as_of: "0:1",
    status: event.status,
    total_capacity: event.total_capacity ?? null,
    sold: 0,
    held: 0,
    available: event.total_capacity ?? 0,
    ticket_types: event.ticket_types.map((type) => ({
      ticket_type_id: type.ticket_type_id,
      name: type.name,
      enabled: type.enabled,
      allocation: type.allocation ?? null,
      sold: 0,
      held: 0,
      available: type.allocation ?? event.total_capacity ?? 0,
    })),
    ...changes,
  };
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly search: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes.
  readonly body: any;
  readonly headers: Headers;
}

type Handler = (call: Call) => unknown;

/** A refusal, as the API writes it. */
export class Refusal {
  readonly status: number;
  readonly body: Record<string, unknown>;
  constructor(status: number, code: string, more: Record<string, unknown> = {}) {
    this.status = status;
    this.body = { type: "about:blank", title: code, status, code, detail: code, ...more };
  }
}

/** Opens an address of the desk on routes such as `"GET /events/…"`; answers every call that was made. */
export function openDesk(path: string, routes: Record<string, Handler>, account: Account = OWNER) {
  const calls: Call[] = [];
  const all: Record<string, Handler> = { "GET /account": () => account, ...routes };
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    const text = await request.clone().text();
    const call: Call = {
      method: request.method,
      path: url.pathname.replace("/api/v1", ""),
      search: url.searchParams,
      body: text ? JSON.parse(text) : undefined,
      headers: request.headers,
    };
    calls.push(call);
    const handler = all[`${call.method} ${call.path}`];
    const answer = handler ? await handler(call) : new Refusal(404, "not-found");
    const isRefusal = answer instanceof Refusal;
    return new Response(JSON.stringify(isRefusal ? answer.body : answer), {
      status: isRefusal ? answer.status : 200,
      headers: { "Content-Type": "application/json" },
    });
  });
  rememberLogin(true);
  vi.stubGlobal("scrollTo", () => {});
  window.history.pushState(null, "", `/organizer${path}`);
  const queries = createQueryClient();
  queries.setDefaultOptions({ queries: { retry: false } });
  const router = createDeskRouter(queries);
  render(
    <QueryClientProvider client={queries}>
      <I18nProvider initial={{ language: "en", catalogue: en }} load={load}>
        <RouterProvider router={router} />
      </I18nProvider>
    </QueryClientProvider>,
  );
  return {
    calls,
    router,
    sent: (method: string) => calls.filter((call) => call.method === method),
  };
}
