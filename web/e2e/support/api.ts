// The public API as tests use it to prepare what they need.

export const SITE = process.env.FULLHOUSE_URL ?? "http://localhost:4173";
export const API = process.env.FULLHOUSE_API ?? SITE;
const ADMIN_KEY = process.env.FULLHOUSE_ADMIN_KEY ?? "";

interface Answer {
  readonly position: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes.
  readonly body: any;
}

export async function ask(
  method: string,
  path: string,
  key: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${API}/api/v1${path}`, {
    method,
    headers: {
      ...(key && { Authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
      "Idempotency-Key": crypto.randomUUID(),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return { position: response.headers.get("Log-Position"), body: text ? JSON.parse(text) : null };
}

export interface Organizer {
  readonly organizationId: string;
  readonly key: string;
}

export async function anOrganizer(name = "Playhouse on the Quay"): Promise<Organizer> {
  const made = await ask("POST", "/organizations", ADMIN_KEY, { name });
  const organizationId = made.body.organization_id;
  const key = await ask("POST", `/organizations/${organizationId}/api-keys`, ADMIN_KEY, {
    label: "tests",
    role: "organizer",
  });
  return { organizationId, key: key.body.secret };
}

export interface Wanted {
  readonly title: string;
  readonly ticketTypes: readonly Record<string, unknown>[];
  readonly details?: Record<string, unknown>;
}

export interface MadeEvent {
  readonly eventId: string;
  readonly ticketTypeIds: readonly string[];
}

export const inDays = (days: number, hour = 18) => {
  const at = new Date(Date.now() + days * 24 * 3_600_000);
  at.setUTCHours(hour, 0, 0, 0);
  return at.toISOString();
};

export const EUR = (amount: number) => ({ kind: "fixed", amount });

/** Drafts, adds types, publishes, and waits until buyers see it. */
export async function anEvent(organizer: Organizer, wanted: Wanted): Promise<MadeEvent> {
  const drafted = await ask("POST", "/events", organizer.key, {
    title: wanted.title,
    description: "Schubert and Ravel for two players, with an interval.",
    category: "concert",
    venue: {
      name: "Great Hall",
      city: "Hamburg",
      country: "DE",
      address: "Am Kai 1, 20457 Hamburg",
    },
    starts_at: inDays(60, 18),
    ends_at: inDays(60, 21),
    time_zone: "Europe/Berlin",
    currency: "EUR",
    total_capacity: 400,
    ...wanted.details,
  });
  const eventId = drafted.body.event_id;
  const ticketTypeIds: string[] = [];
  for (const type of wanted.ticketTypes) {
    const { body } = await ask("POST", `/events/${eventId}/ticket-types`, organizer.key, type);
    ticketTypeIds.push(body.ticket_types.at(-1).ticket_type_id);
  }
  const { position } = await ask("POST", `/events/${eventId}/publish`, organizer.key, {});
  await seen(`/events/${eventId}`, position);
  return { eventId, ticketTypeIds };
}

/** Waits until a question includes a position. */
export async function seen(path: string, position: string | null): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const headers: Record<string, string> = position ? { "Min-Log-Position": position } : {};
    const response = await fetch(`${API}/api/v1${path}`, { headers });
    if (response.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${path} can't be seen`);
}

/** Holds tickets for somebody, as another buyer would. */
export async function hold(event: MadeEvent, quantity: number, email = "other@example.org") {
  const { body } = await ask("POST", `/events/${event.eventId}/reservations`, "", {
    contact: { email },
    items: [{ ticket_type_id: event.ticketTypeIds[0], quantity }],
  });
  return body as { readonly reservation_id: string; readonly access_token: string };
}

export async function release(event: MadeEvent, held: Awaited<ReturnType<typeof hold>>) {
  const path = `/events/${event.eventId}/reservations/${held.reservation_id}`;
  await ask("DELETE", path, held.access_token);
}
