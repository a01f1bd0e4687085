// The typed client of the public API.
import createClient from "openapi-fetch";
import { ApiProblem } from "./problem";
import type { components, paths } from "./schema";
import { transport } from "./transport";

export type Schemas = components["schemas"];

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  fetch: transport,
});

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The answer's body; a refusal is thrown as [`ApiProblem`]. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw new ApiProblem(response.status, error, response.headers);
  return data as NonNullable<T>;
}

/** The same, with the version that the next edit has to name. */
export async function unwrapVersioned<T>(answer: Promise<Answer<T>>) {
  const { data, error, response } = await answer;
  if (!response.ok) throw new ApiProblem(response.status, error, response.headers);
  return { data: data as NonNullable<T>, etag: response.headers.get("ETag") };
}

/** The header of a guest's access token, if there is one. */
export function bearer(token: string | null): { Authorization?: string } {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

/** Routes that the document doesn't list yet, or that answer with something else than JSON. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const response = await transport(new Request(new URL(path, window.location.origin), init));
  const text = await response.text();
  const data: unknown = text === "" ? undefined : parse(text);
  if (!response.ok) throw new ApiProblem(response.status, data, response.headers);
  return data as T;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
