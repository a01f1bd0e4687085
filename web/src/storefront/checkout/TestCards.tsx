// Cards to try the test system with, one press each.
import { FlaskConical } from "lucide-react";
import { serverNow } from "../../shared/lib/clock";
import { Button } from "../../shared/ui/Button";
import { formatCardNumber, TEST_CARDS } from "../booking/cards";
import { useT } from "../i18n/useT";
import type { CardForm } from "./useCardForm";

export function TestCards({ form }: { readonly form: CardForm }) {
  const t = useT();
  const fill = (digits: string) => {
    const year = new Date(serverNow()).getUTCFullYear() + 3;
    form.reset({
      number: formatCardNumber(digits),
      expiry: `12/${String(year % 100).padStart(2, "0")}`,
      cvc: "123",
    });
  };
  return (
    <div className="rounded-md bg-surface p-4">
      <p className="flex gap-2 text-sm">
        <FlaskConical size={18} aria-hidden="true" className="mt-0.5 shrink-0 text-primary" />
        {t("pay.sandbox")}
      </p>
      <ul className="mt-3 flex flex-wrap gap-2">
        {TEST_CARDS.map((card) => (
          <li key={card.digits}>
            <Button size="sm" onClick={() => fill(card.digits)}>
              {t(`pay.test.${card.label}`)}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
