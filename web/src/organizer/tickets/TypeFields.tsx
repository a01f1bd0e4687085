// The fields of a ticket type.
import type { EventView } from "../../shared/catalogue/queries";
import { SelectField } from "../../shared/ui/SelectField";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { TextArea } from "../kit/TextArea";
import { ZonedTimeField } from "../kit/ZonedTimeField";
import type { TypeFaults, TypeForm } from "./typeForm";

interface Props {
  readonly event: EventView;
  readonly form: TypeForm;
  readonly faults: TypeFaults;
  readonly refused: Partial<Record<keyof TypeForm, string>>;
  /** Shows also what a new type mostly leaves as it is. */
  readonly isWhole: boolean;
  readonly onChange: <Part extends keyof TypeForm>(part: Part, value: TypeForm[Part]) => void;
}

type TextPart = {
  [Part in keyof TypeForm]: TypeForm[Part] extends string ? Part : never;
}[keyof TypeForm];

export function TypeFields({ event, form, faults, refused, isWhole, onChange }: Props) {
  const t = useT();
  const errorOf = (part: keyof TypeForm): string | undefined => {
    const fault = faults[part];
    if (!fault) return refused[part];
    if (typeof fault === "string") return t(`type.fault.${fault}`);
    if ("over" in fault) return t("capacity.fault.over", { count: fault.over });
    return t("capacity.fault.below", { count: fault.taken });
  };
  const text = (part: Exclude<TextPart, "kind">) => ({
    id: `type-${part}`,
    value: form[part],
    error: errorOf(part),
    onChange: (change: { readonly target: { readonly value: string } }) =>
      onChange(part, change.target.value),
  });
  const money = { inputMode: "decimal", autoComplete: "off" } as const;
  const currency = { currency: event.currency };
  return (
    <>
      <TextField label={t("type.name")} maxLength={100} dir="auto" {...text("name")} />
      <SelectField
        id="type-kind"
        label={t("type.kind")}
        value={form.kind}
        onChange={(change) => onChange("kind", change.target.value as TypeForm["kind"])}
      >
        <option value="fixed">{t("type.kind.fixed")}</option>
        <option value="free">{t("type.kind.free")}</option>
        <option value="pay_what_you_want">{t("type.kind.pay_what_you_want")}</option>
      </SelectField>
      {form.kind === "fixed" && (
        <TextField label={t("type.amount", currency)} {...money} {...text("amount")} />
      )}
      {form.kind === "pay_what_you_want" && (
        <div className="grid gap-4 sm:grid-cols-3">
          <TextField label={t("type.minimum", currency)} {...money} {...text("minimum")} />
          <TextField label={t("type.suggested", currency)} {...money} {...text("suggested")} />
          <TextField label={t("type.maximum", currency)} {...money} {...text("maximum")} />
        </div>
      )}
      <TextField
        label={t("type.allocation")}
        hint={t("type.allocation.hint")}
        isOptional
        inputMode="numeric"
        {...text("allocation")}
      />
      <details {...(isWhole && { open: true })}>
        <summary className="link inline-flex min-h-11 items-center font-semibold">
          {t("type.more")}
        </summary>
        <div className="flex flex-col gap-5 pt-3">
          <TextArea
            label={t("edit.description")}
            rows={2}
            maxLength={2000}
            isOptional
            dir="auto"
            {...text("description")}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField label={t("type.min")} inputMode="numeric" {...text("min_per_order")} />
            <TextField label={t("type.max")} inputMode="numeric" {...text("max_per_order")} />
          </div>
          <ZonedTimeField
            id="type-sale_starts"
            label={t("type.sale_starts")}
            zone={event.time_zone}
            value={form.sale_starts}
            isOptional
            error={errorOf("sale_starts")}
            onChange={(value) => onChange("sale_starts", value)}
          />
          <ZonedTimeField
            id="type-sale_ends"
            label={t("type.sale_ends")}
            zone={event.time_zone}
            value={form.sale_ends}
            isOptional
            error={errorOf("sale_ends")}
            onChange={(value) => onChange("sale_ends", value)}
          />
        </div>
      </details>
      <label className="flex min-h-11 items-center gap-3 font-semibold">
        <input
          type="checkbox"
          className="size-5 accent-primary"
          checked={form.enabled}
          onChange={(change) => onChange("enabled", change.target.checked)}
        />
        {t("type.isEnabled")}
      </label>
    </>
  );
}
