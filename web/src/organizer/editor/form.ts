// The editor's fields as typed, what is wrong with them, and the edit that takes an event there.
import type { EventView } from "../../shared/catalogue/queries";
import type { ChangeBody } from "../event/commands";
import { wholeNumber } from "../kit/number";
import { instantOf, type TimeFault, type ZonedTime, zonedTime } from "../kit/zonedTime";
import { isOwnImage } from "./images";

/** Everything as typed. */
export interface Form {
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly tags: string;
  readonly image_url: string;
  readonly image_alt: string;
  readonly venue_name: string;
  readonly venue_address: string;
  readonly venue_city: string;
  readonly venue_country: string;
  readonly starts: ZonedTime;
  readonly ends: ZonedTime;
  readonly time_zone: string;
  readonly currency: string;
  readonly per_person_cap: string;
  readonly hold_minutes: string;
  readonly late_payment: string;
}

/** What each field of the API is typed in. */
export const PARTS = {
  title: ["title"],
  description: ["description"],
  category: ["category"],
  tags: ["tags"],
  image_url: ["image_url"],
  image_alt: ["image_alt"],
  venue: ["venue_name", "venue_address", "venue_city", "venue_country"],
  starts_at: ["starts"],
  ends_at: ["ends"],
  time_zone: ["time_zone"],
  currency: ["currency"],
  per_person_cap: ["per_person_cap"],
  hold_ttl_seconds: ["hold_minutes"],
  late_payment: ["late_payment"],
} as const satisfies Record<string, readonly (keyof Form)[]>;

export type Field = keyof typeof PARTS;
export const FIELDS = Object.keys(PARTS) as readonly Field[];

export function formOf(event: EventView): Form {
  return {
    title: event.title,
    description: event.description,
    category: event.category ?? "",
    tags: event.tags.join(", "),
    image_url: event.image_url ?? "",
    image_alt: event.image_alt ?? "",
    venue_name: event.venue?.name ?? "",
    venue_address: event.venue?.address ?? "",
    venue_city: event.venue?.city ?? "",
    venue_country: event.venue?.country ?? "",
    starts: zonedTime(event.starts_at, event.time_zone),
    ends: zonedTime(event.ends_at, event.time_zone),
    time_zone: event.time_zone,
    currency: event.currency,
    per_person_cap: String(event.per_person_cap),
    hold_minutes: String(event.hold_ttl_seconds / 60),
    late_payment: event.late_payment,
  };
}

export function isFieldSame(field: Field, one: Form, other: Form): boolean {
  return PARTS[field].every((part) => JSON.stringify(one[part]) === JSON.stringify(other[part]));
}

export type Fault =
  | "required"
  | "place"
  | Exclude<TimeFault, "empty">
  | "before-start"
  | "not-https"
  | "country"
  | "number"
  | "minutes"
  | "tags";
export type Faults = Partial<Record<keyof Form, Fault>>;

/** What can be told without asking the server, by typed field. */
export function faultsOf(form: Form): Faults {
  const faults: Faults = {};
  if (form.title.trim() === "") faults.title = "required";
  const starts = instantOf(form.starts, form.time_zone);
  const ends = instantOf(form.ends, form.time_zone);
  if ("fault" in starts) {
    if (starts.fault === "zone") faults.time_zone = "zone";
    else faults.starts = starts.fault === "empty" ? "required" : starts.fault;
  }
  if ("fault" in ends && ends.fault !== "empty" && ends.fault !== "zone") faults.ends = ends.fault;
  if ("at" in starts && "at" in ends && Date.parse(ends.at) < Date.parse(starts.at)) {
    faults.ends = "before-start";
  }
  const isElsewhere = /^https:\/\/[A-Za-z0-9[][^\s@<>"\\]*$/.test(form.image_url);
  if (form.image_url !== "" && !isElsewhere && !isOwnImage(form.image_url)) {
    faults.image_url = "not-https";
  }
  const isVenueUsed = [form.venue_address, form.venue_city, form.venue_country].some(Boolean);
  if (isVenueUsed && form.venue_name.trim() === "") faults.venue_name = "place";
  if (form.venue_country !== "" && !/^[A-Za-z]{2}$/.test(form.venue_country)) {
    faults.venue_country = "country";
  }
  if (wholeNumber(form.per_person_cap, 1, 10_000_000) === null) faults.per_person_cap = "number";
  if (wholeNumber(form.hold_minutes, 1, 60) === null) faults.hold_minutes = "minutes";
  if (tagsOf(form.tags).length > 20) faults.tags = "tags";
  return faults;
}

export function tagsOf(text: string): string[] {
  return [...new Set(text.split(",").map((tag) => tag.trim()))].filter(Boolean);
}

/** The value of one field, for the API. Only asked for where nothing is wrong. */
function fieldValue(field: Field, form: Form): unknown {
  const instant = (time: ZonedTime) => {
    const resolved = instantOf(time, form.time_zone);
    return "at" in resolved ? resolved.at : null;
  };
  switch (field) {
    case "title":
      return form.title.trim();
    case "category":
      return form.category.trim() || null;
    case "tags":
      return tagsOf(form.tags);
    case "image_url":
      return form.image_url || null;
    case "image_alt":
      return form.image_alt.trim() || null;
    case "venue":
      return venueOf(form);
    case "starts_at":
      return instant(form.starts);
    case "ends_at":
      return instant(form.ends);
    case "per_person_cap":
      return Number(form.per_person_cap);
    case "hold_ttl_seconds":
      return Number(form.hold_minutes) * 60;
    default:
      return form[field];
  }
}

function venueOf(form: Form) {
  if (form.venue_name.trim() === "") return null;
  return {
    name: form.venue_name.trim(),
    ...(form.venue_address.trim() && { address: form.venue_address.trim() }),
    ...(form.venue_city.trim() && { city: form.venue_city.trim() }),
    ...(form.venue_country && { country: form.venue_country.toUpperCase() }),
  };
}

/**
 * The edit from the event to what was typed: only what differs and can be sent.
 *
 * The wall clock stays when the zone changes, so another zone sends the times too.
 */
export function editOf(event: EventView, form: Form, withheld: ReadonlySet<Field>): ChangeBody {
  const base = formOf(event);
  const faults = faultsOf(form);
  const isZoneNew = form.time_zone !== base.time_zone;
  const edit: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const isTime = field === "starts_at" || (field === "ends_at" && form.ends.wall !== "");
    if (isFieldSame(field, form, base) && !(isTime && isZoneNew)) continue;
    if (withheld.has(field) || PARTS[field].some((part) => faults[part])) continue;
    edit[field] = fieldValue(field, form);
  }
  // A zone without its times would move the event.
  if (isZoneNew && !("starts_at" in edit && "time_zone" in edit)) {
    for (const field of ["time_zone", "starts_at", "ends_at"]) delete edit[field];
  }
  const coordinates = event.venue?.coordinates;
  if (coordinates && edit.venue) edit.venue = { ...edit.venue, coordinates };
  return edit as ChangeBody;
}
