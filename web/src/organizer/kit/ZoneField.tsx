// Chooses a time zone by typing a part of its name.
import { Check, ChevronDown } from "lucide-react";
import { useMemo } from "react";
import { Button } from "react-aria-components/Button";
import { ComboBox } from "react-aria-components/ComboBox";
import { FieldError } from "react-aria-components/FieldError";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Text } from "react-aria-components/Text";
import { cx } from "../../shared/lib/cx";
import { localZone } from "../../shared/lib/time";
import { useT } from "../i18n/useT";

interface Props {
  readonly id: string;
  readonly value: string;
  readonly onChange: (zone: string) => void;
  readonly error?: string | undefined;
  readonly hint?: string | undefined;
  readonly isDisabled?: boolean;
}

interface Zone {
  readonly id: string;
  readonly name: string;
}

/** Every zone that the browser knows, the device's first. */
function zones(current: string): Zone[] {
  const known = new Set([localZone(), "UTC", ...Intl.supportedValuesOf("timeZone"), current]);
  known.delete("");
  return [...known].map((id) => ({ id, name: id.replaceAll("_", " ") }));
}

export function ZoneField({ id, value, onChange, error, hint, isDisabled = false }: Props) {
  const t = useT();
  const items = useMemo(() => zones(value), [value]);
  return (
    <ComboBox
      defaultItems={items}
      selectedKey={value}
      onSelectionChange={(key) => key !== null && onChange(String(key))}
      isInvalid={error !== undefined}
      isDisabled={isDisabled}
      className="flex flex-col gap-1.5"
    >
      <Label className="font-semibold">{t("edit.zone")}</Label>
      <div className="relative">
        <Input id={id} className="control pe-11" autoComplete="off" spellCheck={false} />
        <Button className="absolute inset-y-0 end-0 grid w-11 place-items-center rounded-sm">
          <ChevronDown size={18} aria-hidden="true" />
        </Button>
      </div>
      {hint && (
        <Text slot="description" className="text-sm text-muted">
          {hint}
        </Text>
      )}
      <FieldError className="text-sm font-medium text-danger">{error}</FieldError>
      <Popover className="w-(--trigger-width) overflow-auto rounded-md border border-border bg-raised shadow-pop">
        <ListBox<Zone> className="max-h-72 overflow-auto p-1">
          {(zone) => (
            <ListBoxItem
              id={zone.id}
              textValue={zone.name}
              className={({ isFocused }) =>
                cx(
                  "flex min-h-10 items-center justify-between gap-2 rounded-sm px-3 text-sm",
                  isFocused && "bg-info-bg",
                )
              }
            >
              {({ isSelected }) => (
                <>
                  {zone.name}
                  {isSelected && <Check size={16} aria-hidden="true" />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
