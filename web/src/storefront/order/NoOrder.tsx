// No order to show: still being paid, paid too late, given back, or the link is missing.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Hourglass, KeyRound, Undo2 } from "lucide-react";
import { useState } from "react";
import { buttonClass } from "../../shared/ui/buttonClass";
import { EmptyState } from "../../shared/ui/EmptyState";
import { Notice } from "../../shared/ui/Notice";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Spinner } from "../../shared/ui/Spinner";
import { recallPayable } from "../booking/payable";
import { reservationQuery, timelineQuery } from "../booking/queries";
import { useT } from "../i18n/useT";
import { FindByLink } from "./FindByLink";
import { OrderSkeleton } from "./OrderSkeleton";
import { Timeline } from "./Timeline";

const WATCH_EVERY_MS = 2_000;

export function NoOrder({ orderId }: { readonly orderId: string }) {
  const t = useT();
  const hold = useQuery({ ...reservationQuery(orderId), refetchInterval: WATCH_EVERY_MS });
  const timeline = useQuery({ ...timelineQuery(orderId), enabled: hold.data !== undefined });
  const [wasPaying] = useState(() => recallPayable(orderId) !== null);

  if (hold.isPending) return <OrderSkeleton />;
  if (!hold.data) {
    return (
      <div className="mx-auto flex max-w-2xl flex-col gap-6 py-6">
        <PageHeading title={t("order.noToken.title")} />
        <EmptyState icon={<KeyRound size={28} />} title={t("order.noToken.text")} />
        <FindByLink />
      </div>
    );
  }
  const { event_id: eventId, status } = hold.data;
  const isRefunded = timeline.data?.steps.some((step) => step.kind === "refund_requested");
  const isComing = status === "CONSUMED" || (status === "ACTIVE" && wasPaying);
  const params = { eventId, reservationId: orderId };
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-6 py-6">
      <PageHeading
        title={
          isRefunded
            ? t("order.refunded.title")
            : isComing
              ? t("order.title")
              : status === "ACTIVE"
                ? t("tickets.held")
                : t("pay.expired.title")
        }
      />
      {isRefunded ? (
        <Notice icon={<Undo2 size={22} className="text-primary" />}>
          {t("order.refunded.text")}
        </Notice>
      ) : isComing ? (
        <Notice role="status" icon={<Hourglass size={22} className="text-primary" />}>
          <p className="flex items-center gap-3">
            {t("order.pending")} <Spinner />
          </p>
        </Notice>
      ) : status === "ACTIVE" ? (
        <Link
          to="/events/$eventId/checkout/$reservationId"
          params={params}
          className={buttonClass("primary")}
        >
          {t("box.mine.continue")}
        </Link>
      ) : (
        <>
          <p>{t("pay.expired.text")}</p>
          <Link
            to="/events/$eventId/checkout/$reservationId"
            params={params}
            className={buttonClass("primary")}
          >
            {t("pay.expired.again")}
          </Link>
        </>
      )}
      {timeline.data && <Timeline steps={timeline.data.steps} />}
    </div>
  );
}
