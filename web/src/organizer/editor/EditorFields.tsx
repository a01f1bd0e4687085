// The fields of an event, in four groups, each with what is wrong beside it.
import type { ReactNode } from "react";
import { SelectField } from "../../shared/ui/SelectField";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { TextArea } from "../kit/TextArea";
import { ZonedTimeField } from "../kit/ZonedTimeField";
import { ZoneField } from "../kit/ZoneField";
import { CountryField } from "./CountryField";
import { CurrencyField } from "./CurrencyField";
import { type Field, type Form, faultsOf, PARTS } from "./form";
import { ImageField } from "./ImageField";
import type { useEventEditor } from "./useEventEditor";

interface Props {
  readonly eventId: string;
  readonly editor: ReturnType<typeof useEventEditor>;
  readonly isReadOnly: boolean;
}

type TextPart = { [Part in keyof Form]: Form[Part] extends string ? Part : never }[keyof Form];

export function EditorFields({ eventId, editor, isReadOnly }: Props) {
  const t = useT();
  const { form, refusals, type } = editor;
  const faults = faultsOf(form);

  /** What is wrong with a typed field: what is known here first, then what the server said. */
  const errorOf = (part: keyof Form, field: Field): string | undefined => {
    const fault = faults[part];
    if (fault) return t(`edit.fault.${fault}`);
    const refusal = refusals[field];
    if (!refusal) return undefined;
    const leaf = refusal.pointer.slice(1).replaceAll("/", "_");
    const isHere = leaf === part || !PARTS[field].some((one) => one === leaf);
    return isHere && (leaf === part || PARTS[field][0] === part) ? refusal.text : undefined;
  };
  const text = (part: TextPart, field: Field, id: string) => ({
    id,
    value: form[part],
    disabled: isReadOnly,
    error: errorOf(part, field),
    onChange: (event: { readonly target: { readonly value: string } }) =>
      type(part, event.target.value, field),
  });

  return (
    <div className="flex flex-col gap-6">
      <Group title={t("edit.group.basics")}>
        <TextField
          label={t("edit.title")}
          maxLength={200}
          dir="auto"
          {...text("title", "title", "title")}
        />
        <TextArea
          label={t("edit.description")}
          hint={t("edit.description.hint")}
          rows={6}
          maxLength={20_000}
          isOptional
          dir="auto"
          {...text("description", "description", "description")}
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label={t("edit.category")}
            maxLength={50}
            isOptional
            list="categories"
            dir="auto"
            {...text("category", "category", "category")}
          />
          <datalist id="categories">
            {["concert", "theatre", "comedy", "festival", "sports", "conference", "film"].map(
              (name) => (
                <option key={name} value={name} />
              ),
            )}
          </datalist>
          <TextField
            label={t("edit.tags")}
            hint={t("edit.tags.hint")}
            isOptional
            dir="auto"
            {...text("tags", "tags", "tags")}
          />
        </div>
        <ImageField
          eventId={eventId}
          url={form.image_url}
          alt={form.image_alt}
          isReadOnly={isReadOnly}
          urlError={errorOf("image_url", "image_url")}
          altError={errorOf("image_alt", "image_alt")}
          onUrl={(url) => type("image_url", url, "image_url")}
          onAlt={(alt) => type("image_alt", alt, "image_alt")}
        />
      </Group>
      <Group title={t("edit.group.when")}>
        <div className="grid items-start gap-5 sm:grid-cols-2">
          <ZonedTimeField
            id="starts_at"
            label={t("edit.starts")}
            zone={form.time_zone}
            value={form.starts}
            isDisabled={isReadOnly}
            error={errorOf("starts", "starts_at")}
            onChange={(value) => type("starts", value, "starts_at")}
          />
          <ZonedTimeField
            id="ends_at"
            label={t("edit.ends")}
            zone={form.time_zone}
            value={form.ends}
            isOptional
            isDisabled={isReadOnly}
            error={errorOf("ends", "ends_at")}
            onChange={(value) => type("ends", value, "ends_at")}
          />
          <ZoneField
            id="time_zone"
            value={form.time_zone}
            hint={t("edit.zone.hint")}
            isDisabled={isReadOnly}
            error={errorOf("time_zone", "time_zone")}
            onChange={(zone) => type("time_zone", zone, "time_zone")}
          />
        </div>
      </Group>
      <Group title={t("edit.group.where")}>
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label={t("edit.venue")}
            maxLength={200}
            isOptional
            dir="auto"
            {...text("venue_name", "venue", "venue-name")}
          />
          <TextField
            label={t("edit.address")}
            maxLength={500}
            isOptional
            autoComplete="off"
            dir="auto"
            {...text("venue_address", "venue", "venue-address")}
          />
          <TextField
            label={t("edit.city")}
            maxLength={100}
            isOptional
            autoComplete="off"
            dir="auto"
            {...text("venue_city", "venue", "venue-city")}
          />
          <CountryField {...text("venue_country", "venue", "venue-country")} />
        </div>
      </Group>
      <Group title={t("edit.group.selling")}>
        <div className="grid items-start gap-5 sm:grid-cols-2">
          <CurrencyField
            value={form.currency}
            isDisabled={isReadOnly}
            error={errorOf("currency", "currency")}
            onChange={(currency) => type("currency", currency, "currency")}
          />
          <TextField
            label={t("edit.cap")}
            hint={t("edit.cap.hint")}
            inputMode="numeric"
            {...text("per_person_cap", "per_person_cap", "per_person_cap")}
          />
          <TextField
            label={t("edit.hold")}
            hint={t("edit.hold.hint")}
            inputMode="numeric"
            {...text("hold_minutes", "hold_ttl_seconds", "hold_ttl_seconds")}
          />
          <SelectField
            label={t("edit.late")}
            hint={t("edit.late.hint")}
            {...text("late_payment", "late_payment", "late_payment")}
          >
            <option value="acquire_again">{t("edit.late.acquire_again")}</option>
            <option value="always_refund">{t("edit.late.always_refund")}</option>
          </SelectField>
        </div>
      </Group>
    </div>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="card flex flex-col gap-5 p-5">
      <h2 className="text-lg font-bold">{title}</h2>
      {children}
    </section>
  );
}
