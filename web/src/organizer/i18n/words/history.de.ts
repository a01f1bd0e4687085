// German: the kinds of recorded facts.
import type { Translation } from "../../../shared/i18n/message";
import type { history as en } from "./history.en";

export const history: Translation<typeof en> = {
  "fact.EventDrafted": "Veranstaltung entworfen",
  "fact.EventDetailsChanged": "Angaben geändert",
  "fact.SalesSettingsChanged": "Verkaufsregeln geändert",
  "fact.EventPublished": "Veranstaltung veröffentlicht",
  "fact.EventCancelled": "Veranstaltung abgesagt",
  "fact.EventCompleted": "Als vorbei markiert",
  "fact.CapacitySet": "Kapazität festgelegt",
  "fact.TicketTypeAdded": "Kartenart hinzugefügt",
  "fact.TicketTypeChanged": "Kartenart geändert",
  "fact.TicketTypeEnabled": "Kartenart aktiviert",
  "fact.TicketTypeDisabled": "Kartenart deaktiviert",
  "fact.ReservationCreated": "Karten reserviert",
  "fact.ReservationExtended": "Reservierung verlängert",
  "fact.ReservationExpired": "Reservierung unbezahlt abgelaufen",
  "fact.ReservationReleased": "Reservierung zurückgegeben",
  "fact.PaymentStarted": "Zahlung begonnen",
  "fact.PaymentFailed": "Zahlung abgelehnt",
  "fact.OrderPaid": "Bestellung bezahlt",
  "fact.TicketIssued": "Karte ausgestellt",
  "fact.OrderCompleted": "Bestellung abgeschlossen",
  "fact.RefundRequested": "Rückzahlung verlangt",
  "fact.RefundSettled": "Zurückgezahlt",
};
