// Email and name; sending the form holds the tickets.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { accountQuery } from "../../shared/account/account";
import { isProblem } from "../../shared/api/problem";
import { totalOf } from "../../shared/catalogue/price";
import type { EventView } from "../../shared/catalogue/queries";
import type { Line } from "../../shared/catalogue/selection";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { ErrorSummary } from "../../shared/ui/ErrorSummary";
import { TextField } from "../../shared/ui/TextField";
import { rememberContact } from "../booking/contactDraft";
import { useT } from "../i18n/useT";
import { likelyEmail } from "./emailTypo";
import { useContactForm } from "./useContactForm";
import { useHold } from "./useHold";

interface Props {
  readonly event: EventView;
  readonly lines: readonly Line[];
}

const FIELDS = ["email", "name"] as const;

export function ContactForm({ event, lines }: Props) {
  const t = useT();
  const form = useContactForm();
  const hold = useHold(event);
  const [attempt, setAttempt] = useState(0);
  const { errors } = form.formState;
  const email = form.watch("email");
  const likely = likelyEmail(email.trim());
  const isFree = totalOf(event, lines).amount === 0;

  useEffect(() => {
    const subscription = form.watch(() => rememberContact(form.getValues()));
    return () => subscription.unsubscribe();
  }, [form]);

  // Nobody types what is known; what is typed already stays.
  const { data: account } = useQuery(accountQuery);
  useEffect(() => {
    if (!account) return;
    const typed = form.getValues();
    if (!typed.email && account.email) form.setValue("email", account.email);
    if (!typed.name && account.name) form.setValue("name", account.name);
  }, [account, form]);

  const send = form.handleSubmit(
    (contact) =>
      hold.mutate(
        { lines, contact },
        {
          onError: (error) => {
            if (!isProblem(error, "validation")) return;
            for (const field of FIELDS) {
              const wrong = error.errors.find(({ pointer }) => pointer === `/contact/${field}`);
              if (wrong) form.setError(field, { message: t(`contact.${field}.error`) });
            }
            setAttempt((count) => count + 1);
          },
        },
      ),
    () => setAttempt((count) => count + 1),
  );
  const isAboutFields =
    isProblem(hold.error, "validation") && FIELDS.some((field) => errors[field] !== undefined);

  return (
    <form noValidate onSubmit={(submitted) => void send(submitted)} className="flex flex-col gap-5">
      <ErrorSummary
        attempt={attempt}
        items={
          attempt > 0
            ? FIELDS.flatMap((field) => {
                const text = errors[field]?.message;
                return text ? { field, text } : [];
              })
            : []
        }
      />
      <div className="card flex flex-col gap-5 p-5">
        <div className="flex flex-col gap-2">
          <TextField
            id="email"
            type="email"
            inputMode="email"
            autoComplete="email"
            autoCapitalize="off"
            spellCheck={false}
            label={t("contact.email")}
            hint={t("contact.email.hint")}
            error={errors.email?.message}
            {...form.register("email")}
          />
          {likely && (
            <p role="status" className="flex flex-wrap items-center gap-2 text-sm text-warn">
              {t("contact.typo", { email: likely })}
              <Button
                size="sm"
                onClick={() => form.setValue("email", likely, { shouldValidate: true })}
              >
                {t("contact.typo.use")}
              </Button>
            </p>
          )}
        </div>
        <TextField
          id="name"
          isOptional
          autoComplete="name"
          label={t("contact.name")}
          error={errors.name?.message}
          {...form.register("name")}
        />
      </div>
      {hold.isError && !isAboutFields && (
        <ErrorPanel error={hold.error}>
          <Link
            to="/events/$eventId"
            params={{ eventId: event.event_id }}
            className="link font-medium"
          >
            {t("contact.changed")}
          </Link>
        </ErrorPanel>
      )}
      <Button type="submit" tone="primary" size="lg" isBusy={hold.isPending}>
        {isFree ? t("contact.submit.free") : t("contact.submit")}
      </Button>
      <p className="-mt-2 text-center text-sm text-muted">
        {t("event.fact.hold", { count: Math.max(1, Math.floor(event.hold_ttl_seconds / 60)) })}
      </p>
    </form>
  );
}
