// The figures of a chart, for those who can't or don't want to read a drawing.

export interface ChartPoint {
  readonly key: string;
  readonly label: string;
  readonly value: number;
}

interface Props {
  readonly points: readonly ChartPoint[];
  readonly columns: readonly [label: string, value: string];
  readonly label: string;
  readonly format: (value: number) => string;
}

export function ChartTable({ points, columns, label, format }: Props) {
  return (
    <details className="text-sm">
      <summary className="w-fit rounded-sm py-0.5 text-muted">{label}</summary>
      <div className="mt-2 max-h-72 overflow-auto">
        <table className="tabular w-full">
          <thead>
            <tr className="border-b border-border text-start text-muted">
              <th scope="col" className="py-1.5 text-start font-semibold">
                {columns[0]}
              </th>
              <th scope="col" className="py-1.5 text-end font-semibold">
                {columns[1]}
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.key} className="border-b border-border last:border-b-0">
                <th scope="row" className="py-1.5 text-start font-normal">
                  {point.label}
                </th>
                <td className="py-1.5 text-end">{format(point.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
