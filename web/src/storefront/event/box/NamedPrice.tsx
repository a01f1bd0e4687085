// The price that the buyer names, within what the organizer accepts.
import { useState } from "react";
import type { Schemas } from "../../../shared/api/client";
import { useI18n } from "../../../shared/i18n/context";
import { formatMoney, parseMinor, toInput } from "../../../shared/lib/money";
import { TextField } from "../../../shared/ui/TextField";
import { useT } from "../../i18n/useT";

interface Props {
  readonly price: Extract<Schemas["Price"], { kind: "pay_what_you_want" }>;
  readonly currency: string;
  readonly value: number | undefined;
  readonly onChange: (value: number) => void;
}

/** What isn't an amount counts as this: below every minimum, so that nobody goes on with it. */
const NOT_AN_AMOUNT = -1;

export function NamedPrice({ price, currency, value, onChange }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const [text, setText] = useState(() => toInput(value ?? price.suggested, currency));
  const amount = parseMinor(text, currency);
  const isAccepted = amount !== null && amount >= price.minimum && amount <= price.maximum;
  const said = (minor: number) => formatMoney({ amount: minor, currency }, locale);
  const range = { min: said(price.minimum), max: said(price.maximum) };
  return (
    <TextField
      inputMode="decimal"
      autoComplete="off"
      maxLength={14}
      label={t("box.pwyw.label", { currency })}
      hint={t("box.pwyw.range", range)}
      error={isAccepted ? undefined : t("box.pwyw.error", range)}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onChange(parseMinor(event.target.value, currency) ?? NOT_AN_AMOUNT);
      }}
    />
  );
}
