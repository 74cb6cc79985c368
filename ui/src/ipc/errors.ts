/** What went wrong, in words for a person, and what they can do about it. */
export class AppError extends Error {
  override readonly name = "AppError";

  constructor(
    /** A stable word that the page may react to, such as `stale`. Everything else is shown as it is. */
    readonly code: string,
    message: string,
    readonly hint: string = "",
  ) {
    super(message);
  }

  /**
   * Any thrown or returned value as an `AppError`.
   *
   * The backend answers with `{code, message, hint}`; the bridge itself throws strings or `Error`s (unknown
   * command, forbidden by a capability, a panic).
   */
  static from(value: unknown): AppError {
    if (value instanceof AppError) return value;
    if (typeof value === "object" && value !== null && "message" in value) {
      const { code, message, hint } = value as { code?: unknown; message: unknown; hint?: unknown };
      const known = typeof code === "string" && code !== "";
      return new AppError(known ? code : "bridge", String(message), typeof hint === "string" ? hint : "");
    }
    return new AppError("bridge", typeof value === "string" && value !== "" ? value : "Emend did not answer.");
  }
}

/** The document has a newer revision than the one this page last knew. */
export const isStale = (error: AppError): boolean => error.code === "stale";
