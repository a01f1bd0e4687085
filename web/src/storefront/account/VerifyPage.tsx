// Proves an address with the link of a mail; its owner is logged in then, and goes on to where the way led.
import { useState } from "react";
import { buttonClass } from "../../shared/ui/buttonClass";
import { useT } from "../i18n/useT";
import { verifyEmail } from "./commands";
import { MailLinkPage } from "./MailLinkPage";
import { takeWayOn } from "./wayOn";

export function VerifyPage() {
  const t = useT();
  const [next, setNext] = useState("/account");
  return (
    <MailLinkPage
      page="verify"
      title={t("auth.verify.title")}
      lead={t("auth.verify.lead")}
      action={t("auth.verify.submit")}
      done={t("auth.verify.done")}
      run={async (token) => {
        await verifyEmail(token);
        setNext(takeWayOn());
      }}
      next={
        // Loads the page anew: the desk is another entry.
        <a href={next} className={buttonClass("primary", "lg")}>
          {t(next === "/account" ? "account.title" : "auth.verify.next")}
        </a>
      }
    />
  );
}
