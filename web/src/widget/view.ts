// The widget's elements. Made once for an event; a change of figures only rewrites what differs, so that focus and
// an open list stay.
import type { EventView } from "../shared/catalogue/queries";
import { formatMoney } from "../shared/lib/money";
import { formatCountdown, formatTime } from "../shared/lib/time";
import { type Box, priceOf, type Row } from "./box";
import { make } from "./element";
import type { Voice } from "./words";

export interface View {
  readonly root: HTMLElement;
  update(box: Box, now: number, isLive: boolean): void;
}

interface Given {
  readonly shop: string;
  readonly event: EventView;
  readonly voice: Voice;
  readonly level: number;
  choose(ticketTypeId: string, quantity: number): void;
}

const DAY_MS = 24 * 3_600_000;

export function eventView(given: Given): View {
  const { event, voice, shop } = given;
  const at = formatTime(event.starts_at, event.time_zone, voice.locale, "short");
  const place = [event.venue?.name, event.venue?.city].filter(Boolean).join(", ");
  const heading = make(
    "h2",
    { id: "title", "aria-level": given.level, role: "heading" },
    make("bdi", {}, event.title),
  );
  const notice = make("p", { class: "strong", hidden: true });
  const hint = make("p", { class: "quiet", hidden: true });
  const list = make("ul", { "aria-label": voice.say("tickets") });
  const stale = make("p", { class: "quiet", hidden: true }, voice.say("stale"));
  const go = make("a", { class: "go", target: "_top" });
  const by = make("a", { class: "by", href: shop, target: "_top" }, voice.say("by"));
  const when = make("time", { datetime: event.starts_at }, at);
  const root = make(
    "section",
    { "aria-labelledby": "title", lang: voice.language },
    make(
      "div",
      {},
      heading,
      make("p", { class: "quiet" }, when, place && " · ", place && make("bdi", {}, place)),
    ),
    notice,
    hint,
    list,
    stale,
    go,
    by,
  );
  const rows = new Map<string, ReturnType<typeof rowView>>();

  return {
    root,
    update(box, now, isLive) {
      for (const row of box.rows) {
        const id = row.type.ticket_type_id;
        const known = rows.get(id) ?? rowView(given, row);
        if (!rows.has(id)) {
          rows.set(id, known);
          list.append(known.root);
        }
        known.update(row);
      }
      for (const [id, row] of rows) {
        row.root.hidden = !box.rows.some((one) => one.type.ticket_type_id === id);
      }
      const [title, text] = noticeOf(box, event, voice, now);
      write(notice, title);
      write(hint, text);
      list.hidden = ["cancelled", "over", "draft"].includes(box.sale) || box.rows.length === 0;
      stale.hidden = isLive || list.hidden;
      const total = formatMoney(box.total, voice.locale);
      const canBuy = box.sale === "onsale" || box.sale === "few" || box.sale === "unknown";
      const label = voice.say(canBuy ? "choose" : "view");
      write(go, box.count > 0 ? voice.say("get", { count: box.count, total }) : label);
      go.classList.toggle("second", !canBuy);
      if (go.href !== shop + box.path) go.href = shop + box.path;
    },
  };
}

function noticeOf(box: Box, event: EventView, voice: Voice, now: number): [string, string] {
  switch (box.sale) {
    case "cancelled":
      return [voice.say("cancelled"), event.cancellation_reason ?? ""];
    case "over":
      return [voice.say("over"), ""];
    case "ended":
      return [voice.say("ended"), ""];
    case "suspended":
      return [voice.say("suspended"), ""];
    case "soldout":
      return [voice.say("allSoldOut"), voice.say("allSoldOutHint")];
    case "soon": {
      const opens = box.opensAt;
      if (!opens) return [voice.say("soon"), ""];
      const left = Date.parse(opens) - now;
      const time = formatTime(opens, event.time_zone, voice.locale, "short");
      const text =
        left < DAY_MS
          ? voice.say("soonIn", { time: formatCountdown(left) })
          : voice.say("soonAt", { time });
      return [voice.say("soon"), text];
    }
    case "draft":
    case "unknown":
    case "onsale":
    case "few":
      return ["", ""];
  }
}

function rowView({ event, voice, choose }: Given, { type }: Row) {
  const money = (amount: number) => formatMoney({ amount, currency: event.currency }, voice.locale);
  const { from, to } = priceOf(type);
  const price =
    from !== to
      ? voice.say("own", { min: money(from), max: money(to) })
      : from === 0
        ? voice.say("free")
        : money(from);
  const state = make("span", { class: "figures" });
  const select = make("select", { "aria-label": voice.say("count", { type: type.name }) });
  select.addEventListener("change", () => choose(type.ticket_type_id, Number(select.value)));
  const root = make(
    "li",
    {},
    make(
      "div",
      {},
      make("div", { class: "name" }, make("bdi", {}, type.name)),
      make("div", { class: "facts" }, make("span", { class: "price" }, price), state),
    ),
    select,
  );
  let offered = "";
  return {
    root,
    update(row: Row) {
      write(state, stateOf(row, event, voice));
      state.classList.toggle("few", row.sale.kind === "few");
      const numbers = row.quantities.join();
      if (numbers !== offered) {
        offered = numbers;
        select.replaceChildren(
          ...row.quantities.map((count) =>
            make("option", { value: count }, new Intl.NumberFormat(voice.locale).format(count)),
          ),
        );
      }
      if (select.value !== String(row.chosen)) select.value = String(row.chosen);
      select.hidden = row.quantities.length < 2;
    },
  };
}

function stateOf({ sale }: Row, event: EventView, voice: Voice): string {
  switch (sale.kind) {
    case "available":
      return voice.say("available");
    case "few":
      return voice.say("few", { count: sale.left });
    case "soldout":
      return voice.say("soldout");
    case "held":
      return voice.say("held");
    case "opens":
      return voice.say("opens", {
        time: formatTime(sale.at, event.time_zone, voice.locale, "short"),
      });
    case "closed":
      return voice.say("closed");
    case "unknown":
    case "disabled":
      return "";
  }
}

/** Writes only what is new: screen readers and selections aren't disturbed. */
function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === "";
}

/** Before there is anything, or when there is nothing. */
export function messageView(text: string, action?: { label: string; onPress: () => void }) {
  const section = make("section", {}, make("p", { role: "status" }, text));
  if (action) {
    const button = make("button", { type: "button" }, action.label);
    button.addEventListener("click", action.onPress);
    section.append(button);
  }
  return section;
}

export function loadingView(voice: Voice): HTMLElement {
  return make(
    "section",
    { "aria-busy": "true", lang: voice.language },
    make("p", { class: "sr", role: "status" }, voice.say("loading")),
    make("div", { class: "bone" }),
    make("div", { class: "bone wide" }),
  );
}
