// A QR code drawn in the browser, dark on white also in the dark.
import { useMemo } from "react";
import { qrCode } from "../lib/qr";

interface Props {
  readonly text: string;
  readonly label: string;
}

const MARGIN = 4;

export function QrImage({ text, label }: Props) {
  const grid = useMemo(() => qrCode(text), [text]);
  if (!grid) return null;
  const size = grid.length + MARGIN * 2;
  const path = grid
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + MARGIN} ${y + MARGIN}h1v1h-1z` : "")))
    .join("");
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-52 shrink-0 rounded-sm bg-white"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
