// The bars themselves, by Recharts, in the colours of the page.
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { ChartPoint } from "./ChartTable";

interface Props {
  readonly points: readonly ChartPoint[];
  readonly valueName: string;
  readonly format: (value: number) => string;
  readonly isLive: boolean;
}

const TICK = { fill: "var(--c-muted)", fontSize: 12 };

const NARROWEST = 40;
const LETTER = 7;

/** Room for the longest figure beside the bars; the topmost line may be somewhat above the highest bar. */
function axisWidth(points: readonly ChartPoint[], format: Props["format"]): number {
  const top = Math.ceil(1.25 * Math.max(0, ...points.map(({ value }) => value)));
  return Math.max(NARROWEST, 12 + LETTER * format(top).length);
}

export default function BarDrawing({ points, valueName, format, isLive }: Props) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        accessibilityLayer={false}
        data={[...points]}
        margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
      >
        <CartesianGrid vertical={false} stroke="var(--c-border)" />
        <XAxis
          dataKey="label"
          tick={TICK}
          tickLine={false}
          stroke="var(--c-border)"
          minTickGap={24}
        />
        <YAxis
          tick={TICK}
          tickLine={false}
          axisLine={false}
          allowDecimals={false}
          width={axisWidth(points, format)}
          tickFormatter={format}
        />
        {!isLive && (
          <Tooltip
            cursor={{ fill: "var(--c-surface-2)" }}
            contentStyle={{
              background: "var(--c-raised)",
              border: "1px solid var(--c-border)",
              borderRadius: 8,
              color: "var(--c-text)",
            }}
            formatter={(value) => [format(Number(value)), valueName]}
          />
        )}
        <Bar
          maxBarSize={56}
          dataKey="value"
          fill="var(--c-primary)"
          radius={[4, 4, 0, 0]}
          isAnimationActive={false}
        />
      </BarChart>
    </ResponsiveContainer>
  );
}
