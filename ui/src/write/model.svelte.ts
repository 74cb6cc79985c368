/** The model that answers first: whether it is ready, and what it is called. */

import { AppError, backend, type ModelDto, type Startup } from "../ipc/client";

export type ModelState =
  | { readonly kind: "loading"; readonly model: ModelDto | null }
  | { readonly kind: "ready"; readonly model: ModelDto }
  | { readonly kind: "missing"; readonly error: AppError };

export class Model {
  state: ModelState = $state.raw({ kind: "loading", model: null });

  constructor({ model, modelError }: Pick<Startup, "model" | "modelError">) {
    if (model) this.warmUp(model);
    else this.state = { kind: "missing", error: AppError.from(modelError ?? noModel()) };
  }

  /** Loads the model in the background, so that the first rewrite does not wait for it. */
  warmUp(model: ModelDto | null): void {
    this.state = { kind: "loading", model };
    backend.warmUp().then(
      (ready) => (this.state = { kind: "ready", model: ready }),
      (error: unknown) => (this.state = { kind: "missing", error: AppError.from(error) }),
    );
  }

  /** The chip: which model, on which device. */
  get words(): string {
    if (this.state.kind === "missing") return "no model";
    if (this.state.kind === "loading") return `${this.state.model?.name ?? "model"} · loading`;
    return `${this.state.model.name} · this device`;
  }

  get detail(): string {
    if (this.state.kind === "missing") return this.state.error.message;
    const { model } = this.state;
    return model ? `${model.name}, ${Math.round(model.sizeBytes / 1e6)} MB, ${model.licence}` : "";
  }
}

function noModel(): AppError {
  return new AppError("model_missing", "No model was found.", "Put a model folder beside the program or into the profile.");
}
