// Why a passkey wasn’t made or shown. Apart from the asking, which few pages need.

/** Why the browser gave none. */
export type PasskeyRefusal = "cancelled" | "exists" | "insecure" | "unsupported" | "failed";

/** The browser, or whoever sits before it, said no. */
export class PasskeyProblem extends Error {
  override readonly name = "PasskeyProblem";
  readonly reason: PasskeyRefusal;

  constructor(reason: PasskeyRefusal) {
    super(reason);
    this.reason = reason;
  }
}
