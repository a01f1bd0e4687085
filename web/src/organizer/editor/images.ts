// Uploads pictures: made smaller here first, so that a phone doesn't send what nobody will see.
import type { Schemas } from "../../shared/api/client";
import { ApiProblem } from "../../shared/api/problem";
import { transport } from "../../shared/api/transport";

export type UploadedImage = Schemas["ImageAnswer"];

const SMALL_BYTES = 1_500_000;
const LONGEST_SIDE = 2_400;

/** Whether it is a picture of our own, and not an address elsewhere. */
export function isOwnImage(url: string): boolean {
  return /^\/media\/[0-9a-f]{64}\.jpg$/.test(url);
}

export async function uploadImage(eventId: string, file: Blob): Promise<UploadedImage> {
  const address = new URL(`/api/v1/events/${eventId}/image`, window.location.origin);
  const body = await made(file);
  const headers = { "Content-Type": body.type || "application/octet-stream" };
  const response = await transport(new Request(address, { method: "PUT", headers, body }));
  const answer: unknown = await response.json();
  if (!response.ok) throw new ApiProblem(response.status, answer, response.headers);
  return answer as UploadedImage;
}

/** The picture as it is sent. What this browser can't read, the server judges. */
async function made(file: Blob): Promise<Blob> {
  if (file.size <= SMALL_BYTES) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const width = Math.round(bitmap.width * scale);
    const height = Math.round(bitmap.height * scale);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (!context) return file;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  } catch {
    return file;
  }
}
