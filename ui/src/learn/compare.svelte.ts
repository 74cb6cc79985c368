/** An adapter beside the model alone and what answers now, on the same texts. */

import { AppError, backend, type ComparedDto, type CompareOn, type InstructionDto } from "../ipc/client";

/** What is there at first, so that one press shows something. */
const SAMPLE = "Me and my sister has seen the new library yesterday. It don't open before ten, but there is alot of quiet places to sit, which was very nice of them.";

/** What wishes in the person's own words are called where intents have ids. */
const OWN = "own";

export class Comparison {
  readonly adapter: string;
  on: CompareOn["kind"] = $state("text");
  text = $state(SAMPLE);
  /** An intent's id, or `own`. */
  wish = $state("fix");
  own = $state("");
  texts: readonly ComparedDto[] = $state.raw([]);
  /** Rewrites written, of how many; null while nothing is compared. */
  going: { readonly done: number; readonly of: number; readonly stopping: boolean } | null = $state.raw(null);
  error: AppError | null = $state.raw(null);
  /** Read out by screen readers. */
  spoken = $state("");

  constructor(adapter: string) {
    this.adapter = adapter;
  }

  get isOwn(): boolean {
    return this.wish === OWN;
  }

  /** Whether there is anything to compare on. */
  get ready(): boolean {
    return this.on === "heldOut" || (this.text.trim() !== "" && (!this.isOwn || this.own.trim() !== ""));
  }

  async start(): Promise<void> {
    if (this.going || !this.ready) return;
    const instruction: InstructionDto = this.isOwn ? { kind: "own", text: this.own } : { kind: "intent", id: this.wish };
    const on: CompareOn = this.on === "heldOut" ? { kind: "heldOut" } : { kind: "text", text: this.text, instruction };
    this.texts = [];
    this.error = null;
    this.going = { done: 0, of: 0, stopping: false };
    this.spoken = "Comparing.";
    try {
      await backend.compareAdapter(this.adapter, on, (event) => {
        if (event.event === "text") this.texts = [...this.texts, event.data];
        else if (this.going) this.going = { ...this.going, ...event.data };
      });
      this.spoken = this.going.stopping ? "Stopped." : "Compared.";
    } catch (error) {
      this.error = AppError.from(error);
    } finally {
      this.going = null;
    }
  }

  /** What is finished stays. */
  stop(): void {
    if (!this.going || this.going.stopping) return;
    this.going = { ...this.going, stopping: true };
    backend.stopAdapterComparison().catch((error: unknown) => (this.error = AppError.from(error)));
  }
}
