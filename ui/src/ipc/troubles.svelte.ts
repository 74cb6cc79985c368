/** What failed and was not waited for, or stands nowhere else on a screen. */

import { AppError } from "./errors";

interface Trouble {
  /** What was being done: “Saving the file”. */
  readonly doing: string;
  readonly error: AppError;
}

export class Troubles {
  latest: Trouble | null = $state.raw(null);

  report(doing: string, error: unknown): void {
    this.latest = { doing, error: AppError.from(error) };
  }

  /** Goes on without waiting; when the work fails, that is shown. */
  attempt(doing: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.report(doing, error));
  }

  dismiss(): void {
    this.latest = null;
  }
}
