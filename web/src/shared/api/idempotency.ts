// One key for one intent, kept until the server has given its final answer.
import { tabStore } from "../lib/storage";
import { isPassing } from "./problem";

interface Intent {
  readonly key: string;
  readonly body: string;
}

function read(name: string): Intent | null {
  const [key, ...body] = (tabStore.get(name) ?? "").split("\n");
  return key ? { key, body: body.join("\n") } : null;
}

/**
 * Runs a command under the key of its intent.
 *
 * The same scope and body get the same key until an answer is final, also after a reload: whatever
 * was lost on the way is repeated, never done twice. Another body is another intent.
 */
export async function once<T>(
  scope: string,
  body: unknown,
  command: (key: string) => Promise<T>,
): Promise<T> {
  const name = `fh-intent:${scope}`;
  const text = JSON.stringify(body ?? null);
  const known = read(name);
  const key = known?.body === text ? known.key : crypto.randomUUID();
  tabStore.set(name, `${key}\n${text}`);
  try {
    const answer = await command(key);
    tabStore.remove(name);
    return answer;
  } catch (error) {
    if (!isPassing(error)) tabStore.remove(name);
    throw error;
  }
}
