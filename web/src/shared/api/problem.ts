// What went wrong, as the API says it (RFC 9457) or as the network did.
import type { components } from "./schema";

export type ProblemBody = components["schemas"]["Problem"];
export type FieldProblem = components["schemas"]["FieldError"];

/** The API said no. Decide by `code`. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldProblem[];
  readonly traceId: string | null;
  readonly retryAfterMs: number | null;
  /** Figures that stand beside the problem, such as `remaining`. */
  readonly figures: Readonly<Record<string, unknown>>;

  constructor(status: number, body: unknown, headers: Headers) {
    const known = isRecord(body) ? body : {};
    super(text(known.detail) ?? text(known.title) ?? `HTTP ${status}`);
    this.status = status;
    this.code = text(known.code) ?? "unknown";
    this.errors = Array.isArray(known.errors) ? known.errors.filter(isFieldProblem) : [];
    this.traceId = text(known.trace_id) ?? headers.get("Trace-Id");
    this.retryAfterMs =
      typeof known.retry_after_ms === "number" ? known.retry_after_ms : retryAfter(headers);
    this.figures = known;
  }

  figure(name: string): number | null {
    const value = this.figures[name];
    return typeof value === "number" ? value : null;
  }
}

/** No answer came: offline, timed out, or the connection was lost. The command may have been carried out. */
export class NetworkProblem extends Error {
  override readonly name = "NetworkProblem";
}

export function isProblem(error: unknown, ...codes: string[]): error is ApiProblem {
  return error instanceof ApiProblem && (codes.length === 0 || codes.includes(error.code));
}

/** Whether asking again may help: the network, a busy server, a projection that isn't there yet. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NetworkProblem) return true;
  return error instanceof ApiProblem && [408, 425, 429, 502, 503, 504].includes(error.status);
}

function retryAfter(headers: Headers): number | null {
  const seconds = Number(headers.get("Retry-After") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.pointer === "string" && typeof value.code === "string";
}
