// A date and time by keyboard, segment by segment, or from a calendar.
import { CalendarDays } from "lucide-react";
import { useId } from "react";
import { Button } from "react-aria-components/Button";
import { DateInput, DateSegment } from "react-aria-components/DateField";
import { DatePicker } from "react-aria-components/DatePicker";
import { Dialog } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { Label } from "react-aria-components/Label";
import { Popover } from "react-aria-components/Popover";
import { useT as useSharedT } from "../../shared/i18n/useT";
import { cx } from "../../shared/lib/cx";
import { useT } from "../i18n/useT";
import { MonthCalendar } from "./MonthCalendar";
import type { Wall } from "./wallTime";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: Wall | null;
  readonly onChange: (value: Wall | null) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
  readonly isDisabled?: boolean;
}

export function DateTimeField(props: Props) {
  const { id, label, value, onChange, hint, error, isOptional = false, isDisabled = false } = props;
  const t = useT();
  const shared = useSharedT();
  const made = useId();
  const described = [hint && `${made}-hint`, error && `${made}-error`].filter(Boolean).join(" ");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only passes the focus on to its first part.
    <div
      id={id}
      tabIndex={-1}
      className="flex flex-col gap-1.5"
      onFocus={(event) => {
        // Links to this field lead here; its first segment takes over.
        if (event.target !== event.currentTarget) return;
        event.currentTarget.querySelector<HTMLElement>("[role=spinbutton]")?.focus();
      }}
    >
      <DatePicker
        granularity="minute"
        value={value}
        onChange={onChange}
        isDisabled={isDisabled}
        isInvalid={error !== undefined}
        aria-describedby={described || undefined}
        shouldForceLeadingZeros
        className="flex flex-col gap-1.5"
      >
        <Label className="font-semibold">
          {label}
          {isOptional && (
            <span className="font-normal text-muted"> ({shared("form.optional")})</span>
          )}
        </Label>
        <Group className={cx("control flex items-center py-0 pe-0", error && "border-danger")}>
          <DateInput className="tabular flex min-w-0 flex-1 flex-wrap py-2">
            {(segment) => (
              <DateSegment
                segment={segment}
                className={({ isPlaceholder, isFocused }) =>
                  cx(
                    "rounded-[4px] px-0.5 outline-none",
                    isFocused ? "bg-primary text-on-primary" : isPlaceholder && "text-muted",
                  )
                }
              />
            )}
          </DateInput>
          <Button
            className="grid size-10 shrink-0 place-items-center rounded-sm hover:bg-surface-2"
            aria-label={t("kit.calendar", { label })}
          >
            <CalendarDays size={18} aria-hidden="true" />
          </Button>
        </Group>
        <Popover className="rounded-md border border-border bg-raised p-4 shadow-pop">
          <Dialog className="outline-none">
            <MonthCalendar />
          </Dialog>
        </Popover>
      </DatePicker>
      {hint && (
        <p id={`${made}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${made}-error`} className="text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
