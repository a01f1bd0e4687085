// What the buyer has chosen on an event page; survives a reload and the back button.
import { useCallback, useState } from "react";
import type { Line } from "../../../shared/catalogue/selection";
import { recallSelection, rememberSelection } from "../../booking/choice";

export function useSelection(eventId: string) {
  const [lines, setLines] = useState(() => recallSelection(eventId));
  const set = useCallback(
    (line: Line) =>
      setLines((previous) => {
        const others = previous.filter((one) => one.ticketTypeId !== line.ticketTypeId);
        const next = line.quantity > 0 ? [...others, line] : others;
        rememberSelection(eventId, next);
        return next;
      }),
    [eventId],
  );
  return [lines, set] as const;
}
