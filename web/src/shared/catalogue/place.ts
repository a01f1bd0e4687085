// Where an event is, in words and on a map.
import type { Schemas } from "../api/client";

interface Place {
  readonly title: string;
  readonly address: string;
  readonly map: string | null;
}

const MICRO = 1_000_000;

export function placeOf(event: { readonly venue?: Schemas["Venue"] | null | undefined }): Place {
  const venue = event.venue;
  if (!venue) return { title: "", address: "", map: null };
  const title = [venue.name, venue.city].filter(Boolean).join(", ");
  const coordinates = venue.coordinates;
  const map = coordinates
    ? mapUrl(coordinates.latitude_micro / MICRO, coordinates.longitude_micro / MICRO)
    : null;
  return { title, address: venue.address ?? "", map };
}

function mapUrl(latitude: number, longitude: number): string {
  const at = `${latitude.toFixed(5)}/${longitude.toFixed(5)}`;
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${at}`;
}
