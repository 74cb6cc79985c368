/** The personal dictionary: what is right, what to write instead, and what decisions suggest. */

import { AppError, backend, type SuggestedWordDto } from "../ipc/client";

export class HouseRules {
  /** One line an entry: `Kubernetes`, or `utilise -> use`. Null until they are read. */
  entries: readonly string[] | null = $state.raw(null);
  suggested: readonly SuggestedWordDto[] = $state.raw([]);
  /** What is being written. */
  written = $state("");
  error: AppError | null = $state.raw(null);
  /** Read out by screen readers. */
  spoken = $state("");
  /** Other words are right than when the texts were checked. */
  changed = false;

  load(): Promise<void> {
    return this.doing(() => Promise.resolve(""));
  }

  add(entry: string): Promise<void> {
    if (entry.trim() === "") return Promise.resolve();
    return this.doing(async () => {
      await backend.dictionaryAdd(entry);
      if (entry === this.written) this.written = "";
      this.changed = true;
      return `Added: ${entry}`;
    });
  }

  remove(entry: string): Promise<void> {
    return this.doing(async () => {
      await backend.dictionaryRemove(entry);
      this.changed = true;
      return `Removed: ${entry}`;
    });
  }

  /** Never suggests it again. */
  refuse(entry: string): Promise<void> {
    return this.doing(async () => {
      await backend.dictionaryRefuse(entry);
      return `Not suggested again: ${entry}`;
    });
  }

  /** Does something, says it, and shows what is there then. */
  private async doing(what: () => Promise<string>): Promise<void> {
    this.error = null;
    try {
      const said = await what();
      [this.entries, this.suggested] = await Promise.all([backend.dictionaryList(), backend.dictionarySuggested()]);
      this.spoken = said;
    } catch (error) {
      this.error = AppError.from(error);
    }
  }
}
