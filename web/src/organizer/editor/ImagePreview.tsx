// The picture behind an address, or that there is none.
import { useState } from "react";
import { useT } from "../i18n/useT";

export function ImagePreview({ url }: { readonly url: string }) {
  const t = useT();
  const [broken, setBroken] = useState("");
  if (broken === url) {
    return (
      <p role="status" className="text-sm text-warn">
        {t("edit.image.broken")}
      </p>
    );
  }
  return (
    <img
      src={url}
      alt={t("edit.image.preview")}
      referrerPolicy="no-referrer"
      className="aspect-video w-full max-w-sm rounded-sm border border-border object-cover"
      onError={() => setBroken(url)}
    />
  );
}
