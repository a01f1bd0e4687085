// The mails that were sent, as the local mailbox shows them.

const MAILBOX = process.env.FULLHOUSE_MAILBOX ?? "http://localhost:8025";

/** The newest link of a page in mails to an address, as a path with what follows it. */
export async function linkTo(page: string, address: string): Promise<string> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const answer = await fetch(`${MAILBOX}/api/messages?to=${encodeURIComponent(address)}`);
    const mails = (await answer.json()) as {
      readonly text: string | null;
      readonly received_at: string;
    }[];
    const found = mails
      .sort((one, other) => other.received_at.localeCompare(one.received_at))
      .map((mail) => new RegExp(`https?://[^/\\s]+(/${page}[#/]\\S+)`).exec(mail.text ?? "")?.[1])
      .find(Boolean);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`no mail to ${address} leads to /${page}`);
}
