// The card form. Its values stay in memory only, and outlive the end of a hold.
import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { serverNow } from "../../shared/lib/clock";
import { digitsOf, expiryEnd, passesLuhn } from "../booking/cards";
import { useT } from "../i18n/useT";

export interface Card {
  readonly number: string;
  readonly expiry: string;
  readonly cvc: string;
}

export function useCardForm() {
  const t = useT();
  const schema = z.object({
    number: z
      .string()
      .check(z.refine((text) => passesLuhn(digitsOf(text)), t("pay.card.number.error"))),
    expiry: z.string().check(
      z.refine((text) => expiryEnd(text) !== null, {
        error: t("pay.card.expiry.error"),
        abort: true,
      }),
      z.refine((text) => (expiryEnd(text) ?? 0) > serverNow(), t("pay.card.expiry.past")),
    ),
    cvc: z.string().check(z.regex(/^\d{3,4}$/, t("pay.card.cvc.error"))),
  });
  return useForm<Card>({
    resolver: zodResolver(schema),
    defaultValues: { number: "", expiry: "", cvc: "" },
    // Not on blur: a message that appears under the pointer would swallow the press of the button.
    mode: "onSubmit",
    shouldFocusError: false,
  });
}

export type CardForm = ReturnType<typeof useCardForm>;
