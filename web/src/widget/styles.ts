// How the widget looks. Set through a constructed style sheet, which no policy of the host page forbids.
export const CSS = `
:host {
  --bg: var(--fullhouse-background, light-dark(#ffffff, #172235));
  --fg: var(--fullhouse-text, light-dark(#0f1a2a, #e8edf4));
  --muted: var(--fullhouse-muted, light-dark(#4a5768, #a7b4c6));
  --line: var(--fullhouse-border, light-dark(#d3dae3, #2b394f));
  --edge: var(--fullhouse-control, light-dark(#75818f, #76859d));
  --accent: var(--fullhouse-accent, light-dark(#1d4ed8, #7aa5ff));
  --on-accent: var(--fullhouse-on-accent, light-dark(#ffffff, #06122b));
  --warn: var(--fullhouse-warning, light-dark(#8a4b00, #f1bb57));
  --radius: var(--fullhouse-radius, 12px);
  display: block;
  max-width: 32rem;
  color-scheme: light dark;
  font: 400 1rem/1.5 var(--fullhouse-font, system-ui, sans-serif);
  color: var(--fg);
  container-type: inline-size;
}
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
section {
  display: grid;
  gap: 0.75rem;
  padding: 1.25rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--bg);
  overflow-wrap: anywhere;
}
h2, p, ul { margin: 0; padding: 0; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 700; }
ul { list-style: none; border-block: 1px solid var(--line); }
li {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  gap: 0.25rem 1rem;
  align-items: center;
  padding-block: 0.75rem;
}
li + li { border-block-start: 1px solid var(--line); }
.name { font-weight: 600; }
.price, .figures { font-variant-numeric: tabular-nums; }
.facts { display: flex; flex-wrap: wrap; gap: 0 0.75rem; font-size: 0.875rem; color: var(--muted); }
.quiet { font-size: 0.875rem; color: var(--muted); }
.few { color: var(--warn); font-weight: 600; }
.strong { font-weight: 600; }
select {
  min-height: 2.75rem;
  min-width: 4.5rem;
  padding-inline: 0.75rem 0.5rem;
  border: 1px solid var(--edge);
  border-radius: calc(var(--radius) * 0.66);
  background: var(--bg);
  color: inherit;
  font: inherit;
}
.go, button {
  display: inline-flex;
  justify-content: center;
  align-items: center;
  min-height: 2.75rem;
  padding: 0.5rem 1.25rem;
  border: 1px solid transparent;
  border-radius: calc(var(--radius) * 0.66);
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.go:hover, button:hover { text-decoration: underline; }
.go.second { background: transparent; color: var(--accent); border-color: var(--edge); }
.by { justify-self: start; font-size: 0.8rem; color: var(--muted); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.sr {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.bone { height: 1.25rem; border-radius: 6px; background: var(--line); }
.bone.wide { height: 8rem; }
@media (forced-colors: active) {
  .go, button { border-color: ButtonText; }
}
`;
