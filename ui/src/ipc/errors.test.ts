import { describe, expect, it } from "vitest";
import { unwrap } from "./client";
import { AppError, isStale } from "./errors";

const failure = async (answer: Parameters<typeof unwrap>[0]): Promise<AppError> => {
  try {
    await unwrap(answer);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("did not fail");
};

describe("answers of the backend", () => {
  it("gives the data of an answer, also when it is null or false", async () => {
    expect(await unwrap(Promise.resolve({ status: "ok", data: { revision: 2 } }))).toEqual({ revision: 2 });
    expect(await unwrap(Promise.resolve({ status: "ok", data: null }))).toBeNull();
  });

  it("throws a refusal with its code, sentence and hint", async () => {
    const error = await failure(
      Promise.resolve({ status: "error", error: { code: "stale", message: "newer revision", hint: "open it again" } }),
    );
    expect([error.code, error.message, error.hint]).toEqual(["stale", "newer revision", "open it again"]);
    expect(isStale(error)).toBe(true);
  });

  it.each([
    [new Error("window is gone"), "window is gone"],
    ["Command check not found", "Command check not found"],
    [undefined, "Emend did not answer."],
    [{ message: "no code" }, "no code"],
  ])("makes a sentence of whatever the bridge throws: %j", async (thrown, message) => {
    const error = await failure(Promise.reject(thrown));
    expect([error.code, error.message, error.hint]).toEqual(["bridge", message, ""]);
    expect(isStale(error)).toBe(false);
  });
});
