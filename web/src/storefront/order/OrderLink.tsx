// The link that opens these tickets on another device.
import { CopyField } from "../../shared/ui/CopyField";
import { accessToken, linkWithAccess } from "../booking/access";
import { useT } from "../i18n/useT";

export function OrderLink({ orderId }: { readonly orderId: string }) {
  const t = useT();
  const token = accessToken(orderId);
  if (!token) return null;
  return (
    <section className="card flex flex-col gap-2 p-5 print:hidden">
      <CopyField label={t("order.link")} value={linkWithAccess(`/orders/${orderId}`, token)} />
      <p className="text-sm text-muted">{t("order.link.text")}</p>
    </section>
  );
}
