// One request: time limit, server clock, log position, and a new access token when the old one ran out.
import { learnFromHeader } from "../lib/clock";
import { awaitedPosition, rememberPosition } from "./position";
import { NetworkProblem } from "./problem";
import { mayBeLoggedIn, refreshSession } from "./session";

/** The gateway itself gives up after 30 s. */
const PATIENCE_MS = 35_000;

/** `fetch` for everything under /api/v1. */
export async function transport(request: Request): Promise<Response> {
  const isQuestion = request.method === "GET";
  const position = isQuestion ? awaitedPosition() : null;
  if (position && !request.headers.has("Min-Log-Position")) {
    request.headers.set("Min-Log-Position", position);
  }
  const isBearer = request.headers.has("Authorization");
  const again = !isBearer && mayBeLoggedIn() ? request.clone() : null;
  let response = await send(request);
  if (response.status === 401 && again && !isAboutCredentials(again.url)) {
    if (await refreshSession()) response = await send(again);
  }
  if (!isQuestion && response.ok) rememberPosition(response.headers.get("Log-Position"));
  return response;
}

/** There a 401 is about what was typed, not about the session. */
function isAboutCredentials(url: string): boolean {
  return /\/auth\/(login|refresh|password|verify)/.test(url);
}

async function send(request: Request): Promise<Response> {
  const began = performance.now();
  try {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const response = await fetch(request, { signal });
    learnFromHeader(response.headers.get("Date"), performance.now() - began);
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new NetworkProblem("no answer", { cause: error });
  }
}
