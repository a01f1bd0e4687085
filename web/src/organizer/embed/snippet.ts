// What an organizer pastes into a page.

interface Wanted {
  readonly origin: string;
  readonly eventId: string;
  readonly title: string;
  /** Empty: the visitor's. */
  readonly language: string;
  readonly theme: string;
}

/** Once in a page, however many events it shows. */
export function scriptFor(origin: string): string {
  return `<script type="module" src="${escaped(origin)}/widget.js"></script>`;
}

/** Where the tickets shall be. What is inside is seen where scripts don't run. */
export function elementFor({ origin, eventId, title, language, theme }: Wanted): string {
  const page = `${origin}/events/${encodeURIComponent(eventId)}`;
  const attributes = [
    `event="${escaped(eventId)}"`,
    ...(language ? [`lang="${escaped(language)}"`] : []),
    ...(theme ? [`theme="${escaped(theme)}"`] : []),
  ];
  const inside = `<a href="${escaped(page)}">${escaped(title)}</a>`;
  return `<fullhouse-event ${attributes.join(" ")}>${inside}</fullhouse-event>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
