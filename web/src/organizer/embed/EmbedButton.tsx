// Offers the event for the organizer's own site.
import { CodeXml } from "lucide-react";
import { useState } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { Button } from "../../shared/ui/Button";
import { useT } from "../i18n/useT";
import { EmbedDialog } from "./EmbedDialog";

export function EmbedButton({ event }: { readonly event: EventView }) {
  const t = useT();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button
        size="sm"
        icon={<CodeXml size={16} aria-hidden="true" />}
        onClick={() => setIsOpen(true)}
      >
        {t("embed.action")}
      </Button>
      <EmbedDialog
        eventId={event.event_id}
        title={event.title}
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
      />
    </>
  );
}
