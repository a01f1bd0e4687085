// Stage light in the colours of one event.
import { seeded } from "../lib/random";

interface Props {
  readonly id: string;
  readonly seed: string;
  readonly category: string;
  readonly className?: string;
}

/** Night, first light, second light, glow. */
const PALETTES = [
  ["#130c30", "#4f35c4", "#e2603f", "#f4b860"],
  ["#071b2c", "#0d6e8c", "#2bb5a0", "#ffd479"],
  ["#240b2e", "#8b1e6b", "#e4577a", "#ffb09c"],
  ["#0b1f1a", "#11705a", "#7cb342", "#ffe082"],
  ["#101a3c", "#2547c0", "#6a5cff", "#9be7ff"],
  ["#2a120a", "#a63c1c", "#ec8a3b", "#ffe0a3"],
  ["#161226", "#513a7e", "#2a8fbd", "#f5a3c7"],
  ["#0c1930", "#1f5d9c", "#d84f6a", "#ffc979"],
] as const;

type Draw = (next: () => number, id: string, palette: readonly string[]) => React.ReactNode;

const keyed = <T,>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

const beams: Draw = (next) => {
  const heads = keyed(26, (index) => ({ x: index * 26 + next() * 10 - 8, r: 17 + next() * 15 }));
  return (
    <>
      {keyed(7, (index) => {
        const x = 50 + index * 90 + next() * 30;
        const to = x + (next() - 0.5) * 340;
        const width = 26 + next() * 46;
        const points = `${x},-10 ${x + 7},-10 ${to + width},380 ${to - width},380`;
        return <polygon key={x} points={points} fill="#fff" opacity={0.05 + next() * 0.09} />;
      })}
      {heads.map(({ x, r }) => (
        <circle key={x} cx={x} cy={352} r={r} fill="#07040f" />
      ))}
      <rect x="0" y="350" width="640" height="20" fill="#07040f" />
    </>
  );
};

const arcs: Draw = (next, _id, palette) => {
  const x = next() > 0.5 ? 90 + next() * 120 : 430 + next() * 120;
  return keyed(9, (index) => (
    <circle
      key={index}
      cx={x}
      cy={370}
      r={50 + index * 44 + next() * 10}
      fill="none"
      stroke={index % 3 === 0 ? palette[3] : "#fff"}
      strokeWidth={2 + next() * 12}
      opacity={0.3 - index * 0.025}
    />
  ));
};

const waves: Draw = (next, _id, palette) =>
  keyed(6, (index) => {
    const y = 150 + index * 36;
    const lift = 24 + next() * 46;
    const path = `M0 ${y} C 160 ${y - lift} 230 ${y + lift} 340 ${y} S 540 ${y - lift} 640 ${y + next() * 30} V 360 H 0 Z`;
    return (
      <path
        key={y}
        d={path}
        fill={index % 2 ? palette[2] : palette[0]}
        opacity={0.2 + index * 0.06}
      />
    );
  });

const discs: Draw = (next, _id, palette) =>
  keyed(11, (index) => (
    <circle
      key={index}
      cx={next() * 640}
      cy={next() * 360}
      r={14 + next() * 96}
      fill={index % 3 === 0 ? palette[3] : "#fff"}
      opacity={0.05 + next() * 0.14}
    />
  ));

const MOTIFS: Record<string, Draw> = {
  concert: beams,
  music: beams,
  festival: waves,
  reading: arcs,
  theatre: arcs,
};
const OTHERS = [discs, arcs, waves, beams];

export function Drawing({ id, seed, category, className }: Props) {
  const next = seeded(seed);
  const palette = PALETTES[Math.floor(next() * PALETTES.length)] ?? PALETTES[0];
  const any = OTHERS[Math.floor(next() * OTHERS.length)] ?? discs;
  const motif = MOTIFS[category.toLowerCase()] ?? any;
  const [night, first, second, glow] = palette;
  return (
    <svg
      viewBox="0 0 640 360"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
      focusable="false"
      className={className}
    >
      <defs>
        <radialGradient id={`${id}a`} cx={0.15 + next() * 0.3} cy="0.95" r="0.85">
          <stop offset="0" stopColor={second} />
          <stop offset="1" stopColor={second} stopOpacity="0" />
        </radialGradient>
        <radialGradient id={`${id}b`} cx={0.45 + next() * 0.2} cy="0" r="0.75">
          <stop offset="0" stopColor={first} />
          <stop offset="1" stopColor={first} stopOpacity="0" />
        </radialGradient>
        <radialGradient id={`${id}c`} cx={0.75 + next() * 0.2} cy="0.85" r="0.55">
          <stop offset="0" stopColor={glow} stopOpacity="0.75" />
          <stop offset="1" stopColor={glow} stopOpacity="0" />
        </radialGradient>
      </defs>
      <rect width="640" height="360" fill={night} />
      <rect width="640" height="360" fill={`url(#${id}a)`} />
      <rect width="640" height="360" fill={`url(#${id}b)`} />
      <rect width="640" height="360" fill={`url(#${id}c)`} />
      {motif(next, id, palette)}
    </svg>
  );
}
