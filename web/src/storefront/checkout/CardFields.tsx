// Number, expiry and security code of a card.
import type { ChangeEvent } from "react";
import { TextField } from "../../shared/ui/TextField";
import { digitsOf, formatCardNumber, formatExpiry } from "../booking/cards";
import { useT } from "../i18n/useT";
import type { CardForm } from "./useCardForm";

const FIELDS = ["number", "expiry", "cvc"] as const;

interface Props {
  readonly form: CardForm;
}

export function CardFields({ form }: Props) {
  const t = useT();
  const { errors } = form.formState;
  const tidy = (name: (typeof FIELDS)[number], format: (text: string) => string) => {
    const { onChange, ...rest } = form.register(name);
    return {
      ...rest,
      onChange: (event: ChangeEvent<HTMLInputElement>) => {
        const input = event.target;
        const isAtEnd = input.selectionStart === input.value.length;
        // Only tidied while one types at the end: otherwise the cursor would jump.
        if (isAtEnd) input.value = format(input.value);
        return onChange(event);
      },
    };
  };
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <TextField
        id="number"
        inputMode="numeric"
        autoComplete="cc-number"
        placeholder="1234 1234 1234 1234"
        className="tabular"
        fieldClassName="sm:col-span-2"
        label={t("pay.card.number")}
        error={errors.number?.message}
        {...tidy("number", formatCardNumber)}
      />
      <TextField
        id="expiry"
        inputMode="numeric"
        autoComplete="cc-exp"
        placeholder="MM/YY"
        className="tabular"
        label={t("pay.card.expiry")}
        error={errors.expiry?.message}
        {...tidy("expiry", formatExpiry)}
      />
      <TextField
        id="cvc"
        inputMode="numeric"
        autoComplete="cc-csc"
        placeholder="123"
        maxLength={4}
        className="tabular"
        label={t("pay.card.cvc")}
        error={errors.cvc?.message}
        {...tidy("cvc", (text) => digitsOf(text).slice(0, 4))}
      />
    </div>
  );
}
