// Opens the link of a confirmation that was copied from somewhere else.
import { Link, useNavigate } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { Button } from "../../shared/ui/Button";
import { TextField } from "../../shared/ui/TextField";
import { rememberAccess } from "../booking/access";
import { useT } from "../i18n/useT";

const LINK = /\/orders\/([0-9a-f-]{36})#(?:.*&)?access_token=(fha_[\w.~-]+)/;

export function FindByLink() {
  const t = useT();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [isWrong, setIsWrong] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const [, orderId, token] = LINK.exec(text.trim().replace("%23", "#")) ?? [];
    setIsWrong(!orderId || !token);
    if (!orderId || !token) {
      document.getElementById("order-link")?.focus();
      return;
    }
    rememberAccess(orderId, token);
    void navigate({ to: "/orders/$orderId", params: { orderId } });
  };
  const example = `${window.location.origin}/orders/…#access_token=fha_…`;
  return (
    <section aria-labelledby="find" className="card flex flex-col gap-4 p-5">
      <h2 id="find" className="text-lg font-bold">
        {t("tickets.find.title")}
      </h2>
      <form noValidate className="flex flex-col items-start gap-3" onSubmit={submit}>
        <TextField
          id="order-link"
          type="url"
          autoComplete="off"
          maxLength={2_000}
          fieldClassName="w-full"
          label={t("tickets.find.label")}
          error={isWrong ? t("tickets.find.error", { example }) : undefined}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit">{t("tickets.find.submit")}</Button>
      </form>
      <Link to="/login" search={{ next: "/account" }} className="link self-start">
        {t("tickets.find.other")}
      </Link>
    </section>
  );
}
