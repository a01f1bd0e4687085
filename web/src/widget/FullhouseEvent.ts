// <fullhouse-event event="…">: tickets of one event on other people's pages.
import type { EventView } from "../shared/catalogue/queries";
import { serverNow } from "../shared/lib/clock";
import type { Availability } from "../shared/live/useAvailability";
import { type Box, boxOf, newsOf } from "./box";
import { make } from "./element";
import { Feed } from "./feed";
import { CSS } from "./styles";
import { eventView, loadingView, messageView, type View } from "./view";
import { type Voice, voiceFor } from "./words";

const TICK_MS = 1_000;
/** Out of sight for so long, it lets go of its connection. */
const REST_MS = 20_000;
const USUAL_LEVEL = 2;

let sheet: CSSStyleSheet | undefined;

function styles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}

/** Defines the element; `shop` is the origin that tickets are sold at. */
export function define(shop: string): void {
  if (customElements.get("fullhouse-event")) return;
  customElements.define(
    "fullhouse-event",
    class extends FullhouseEvent {
      readonly shop = shop;
    },
  );
}

abstract class FullhouseEvent extends HTMLElement {
  static readonly observedAttributes = ["event", "lang", "heading-level"];
  abstract readonly shop: string;
  readonly #shadow = this.attachShadow({ mode: "open" });
  readonly #news = make("p", { class: "sr", role: "status" });
  #feed: Feed | null = null;
  #view: View | null = null;
  #event: EventView | null = null;
  #figures: Availability | undefined;
  #box: Box | null = null;
  #voice: Voice = voiceFor([]);
  #isLive = true;
  readonly #choice = new Map<string, number>();
  #tick: ReturnType<typeof setInterval> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #seen: IntersectionObserver | null = null;

  connectedCallback(): void {
    this.#shadow.adoptedStyleSheets = [styles()];
    this.#start();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected || !this.#feed) return;
    this.#stop();
    this.#start();
  }

  #start(): void {
    this.#voice = voiceFor([this.lang, ...navigator.languages]);
    const eventId = this.getAttribute("event")?.trim() ?? "";
    if (eventId === "") {
      this.#show(messageView(this.#voice.say("missing")));
      return;
    }
    this.#show(loadingView(this.#voice));
    this.#feed = new Feed(this.shop, eventId, {
      event: (event) => {
        this.#event = event;
        this.#build(event);
      },
      figures: (figures) => {
        this.#figures = figures;
        this.#update();
      },
      missing: () => this.#show(messageView(this.#voice.say("missing"))),
      failed: () => this.#show(this.#failure()),
      live: (isLive) => {
        if (isLive === this.#isLive) return;
        this.#isLive = isLive;
        this.#update();
      },
    });
    void this.#feed.load();
    this.#watch();
    this.#tick = setInterval(() => this.#update(), TICK_MS);
  }

  /** The stream is followed while somebody may see it. */
  #watch(): void {
    const feed = this.#feed;
    let isSeen = true;
    const decide = () => {
      clearTimeout(this.#rest);
      if (isSeen && !document.hidden) feed?.follow();
      else this.#rest = setTimeout(() => feed?.rest(), REST_MS);
    };
    this.#seen = new IntersectionObserver(([entry]) => {
      isSeen = entry?.isIntersecting ?? true;
      decide();
    });
    this.#seen.observe(this);
    document.addEventListener("visibilitychange", decide);
    this.#unwatch = () => document.removeEventListener("visibilitychange", decide);
  }
  #unwatch = () => {};

  #stop(): void {
    clearInterval(this.#tick);
    clearTimeout(this.#rest);
    this.#seen?.disconnect();
    this.#unwatch();
    this.#feed?.end();
    this.#feed = null;
    this.#view = null;
    this.#box = null;
    this.#event = null;
    this.#figures = undefined;
    this.#choice.clear();
  }

  #build(event: EventView): void {
    const level = Number(this.getAttribute("heading-level") ?? USUAL_LEVEL);
    this.#view = eventView({
      shop: this.shop,
      event,
      voice: this.#voice,
      level: level >= 1 && level <= 6 ? Math.floor(level) : USUAL_LEVEL,
      choose: (id, quantity) => {
        this.#choice.set(id, quantity);
        this.#update();
      },
    });
    this.#update();
    this.#show(this.#view.root);
  }

  #update(): void {
    if (!this.#event || !this.#view) return;
    const now = serverNow();
    const box = boxOf(this.#event, this.#figures, this.#choice, now);
    this.#view.update(box, now, this.#isLive);
    const { gone, back } = newsOf(this.#box, box);
    const news = [
      ...gone.map((type) => this.#voice.say("nowSoldOut", { type })),
      ...back.map((type) => this.#voice.say("backAgain", { type })),
    ];
    if (news.length > 0) this.#news.textContent = news.join(" ");
    this.#box = box;
  }

  #failure(): HTMLElement {
    return messageView(this.#voice.say("failed"), {
      label: this.#voice.say("retry"),
      onPress: () => {
        this.#show(loadingView(this.#voice));
        void this.#feed?.load();
      },
    });
  }

  #show(content: HTMLElement): void {
    this.#shadow.replaceChildren(content, this.#news);
  }
}
