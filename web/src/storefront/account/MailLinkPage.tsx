// The end of a mail's link: nothing happens before a press, so that mail scanners use up no link.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { accountKey } from "../../shared/account/account";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { buttonClass } from "../../shared/ui/buttonClass";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";
import { useMailToken } from "./useMailToken";

interface Props {
  readonly page: string;
  readonly title: string;
  readonly lead: string;
  readonly action: string;
  readonly done: string;
  readonly run: (token: string) => Promise<unknown>;
  /** Where to go on afterwards. */
  readonly next: ReactNode;
}

export function MailLinkPage({ page, title, lead, action, done, run, next }: Props) {
  const t = useT();
  const token = useMailToken(page);
  const queries = useQueryClient();
  const using = useMutation({
    mutationFn: () => run(token ?? ""),
    onSuccess: () => queries.invalidateQueries({ queryKey: accountKey }),
  });
  const on = useRef<HTMLDivElement>(null);
  const { isSuccess } = using;
  useEffect(() => {
    // The button that had the focus is gone.
    if (isSuccess) on.current?.querySelector<HTMLElement>("a, button")?.focus();
  }, [isSuccess]);
  const isDead =
    token === null || (isProblem(using.error) && [404, 410].includes(using.error.status));
  const isGuest = isProblem(using.error, "unauthenticated", "not-authenticated");
  return (
    <AuthCard title={title} {...(!isDead && !isSuccess && { lead })}>
      {isSuccess ? (
        <>
          <Notice role="status" tone="success">
            {done}
          </Notice>
          <div ref={on} className="contents">
            {next}
          </div>
        </>
      ) : isDead ? (
        <Notice role="alert" tone="warn">
          {t("auth.token.dead")}
        </Notice>
      ) : (
        <>
          {using.isError && !isGuest && <ErrorPanel error={using.error} />}
          {isGuest && (
            <Notice role="alert" tone="warn">
              <p>{t("problem.unauthenticated")}</p>
              <Link to="/login" search={{ next: `/${page}` }} className="link">
                {t("auth.login.submit")}
              </Link>
            </Notice>
          )}
          <Button tone="primary" size="lg" isBusy={using.isPending} onClick={() => using.mutate()}>
            {action}
          </Button>
        </>
      )}
      {isDead && (
        <Link to="/account" className={buttonClass("secondary")}>
          {t("nav.account")}
        </Link>
      )}
    </AuthCard>
  );
}
