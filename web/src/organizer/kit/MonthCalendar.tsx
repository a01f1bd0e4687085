// The calendar of a date field.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "react-aria-components/Button";
import {
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  CalendarHeading,
} from "react-aria-components/Calendar";
import { cx } from "../../shared/lib/cx";

const SQUARE = "grid size-10 place-items-center rounded-sm hover:bg-surface-2";

export function MonthCalendar() {
  return (
    <Calendar>
      <header className="mb-2 flex items-center justify-between gap-2">
        <Button slot="previous" className={SQUARE}>
          <ChevronLeft size={18} aria-hidden="true" className="rtl:-scale-x-100" />
        </Button>
        <CalendarHeading className="font-bold" />
        <Button slot="next" className={SQUARE}>
          <ChevronRight size={18} aria-hidden="true" className="rtl:-scale-x-100" />
        </Button>
      </header>
      <CalendarGrid className="border-collapse">
        <CalendarGridHeader>
          {(day) => (
            <CalendarHeaderCell className="size-10 text-xs font-semibold text-muted">
              {day}
            </CalendarHeaderCell>
          )}
        </CalendarGridHeader>
        <CalendarGridBody>
          {(date) => (
            <CalendarCell
              date={date}
              className={({ isSelected, isOutsideMonth }) =>
                cx(
                  "grid size-10 place-items-center rounded-sm text-sm",
                  isOutsideMonth && "invisible",
                  isSelected ? "bg-primary font-bold text-on-primary" : "hover:bg-surface-2",
                )
              }
            />
          )}
        </CalendarGridBody>
      </CalendarGrid>
    </Calendar>
  );
}
