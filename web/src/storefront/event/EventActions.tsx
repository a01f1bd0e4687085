// Share the event, or put it into a calendar.
import { CalendarPlus, Share2 } from "lucide-react";
import { placeOf } from "../../shared/catalogue/place";
import type { EventView } from "../../shared/catalogue/queries";
import { downloadCalendar } from "../../shared/lib/calendar";
import { Button } from "../../shared/ui/Button";
import { toast } from "../../shared/ui/toasts";
import { useT } from "../i18n/useT";

interface Props {
  readonly event: EventView;
  readonly hasCalendar: boolean;
}

export function EventActions({ event, hasCalendar }: Props) {
  const t = useT();
  const share = async () => {
    const url = new URL(`/events/${event.event_id}`, window.location.origin).href;
    try {
      if (navigator.share) await navigator.share({ title: event.title, url });
      else {
        await navigator.clipboard.writeText(url);
        toast(t("event.share.done"), "success");
      }
    } catch {
      // The reader closed the sheet, or the browser forbids it: nothing was lost.
    }
  };
  const place = placeOf(event);
  return (
    <div className="flex flex-wrap gap-3 pt-1">
      {hasCalendar && (
        <Button
          icon={<CalendarPlus size={18} aria-hidden="true" />}
          onClick={() =>
            downloadCalendar({
              id: event.event_id,
              title: event.title,
              startsAt: event.starts_at,
              endsAt: event.ends_at ?? null,
              location: [place.title, place.address].filter(Boolean).join(", "),
              url: new URL(`/events/${event.event_id}`, window.location.origin).href,
            })
          }
        >
          {t("event.calendar")}
        </Button>
      )}
      <Button icon={<Share2 size={18} aria-hidden="true" />} onClick={() => void share()}>
        {t("event.share")}
      </Button>
    </div>
  );
}
