/** The states of the Write screen and how a person gets there. */

const BOTH = ["large light", "large dark", "small light", "small dark"];
const ONE = ["large light"];
const ALL = [...BOTH, "narrow light"];

const idle = (page) => page.waitForSelector('body[data-run="finished"], body[data-run="cancelled"], body[data-run="failed"]');
const firstRewrite = async (page) => {
  await page.keyboard.press("Control+k");
  await page.waitForSelector("[data-testid=palette]");
  await page.keyboard.press("Enter");
  await idle(page);
};
const expect = (what, found, wanted) => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`);
  }
};
const pending = (page) => page.evaluate(() => Number(document.body.dataset.pending));
const rules = (page) => page.waitForSelector(".cm-rule");

/** What the view of appropriateness has something to say about. */
const HEATED = [
  "# Reply to the plan for the square",
  "",
  "I have read the plan twice. Only a moron would put the stop there!! The old stop served the market well.",
  "",
  "If you had a heart, you would think of the traders. The square is ours, end of story. My sister has a bicycle, lol.",
  "",
  "We need benches, trees, stuff like that. Please publish teh figures before the vote, because of the fact that it is close.",
].join("\n");

/** Opened with it: to type it would leave the styles of what it replaces, which the page policy refuses. */
const heated = { content: `window.__screens.store.text = ${JSON.stringify(HEATED)};` };

const diagnosed = async (page) => {
  await rules(page);
  await page.keyboard.press("F7");
  await page.waitForSelector("[data-testid=diagnosis][data-state=found][data-reading=false]");
};

/** Nineteen weeks of decisions, but two, by three writers. */
const received = () => {
  const weeks = Array.from({ length: 19 }, (_, i) => i).filter((i) => i !== 7 && i !== 8);
  Object.assign(window.__screens.learn, {
    decided: 24,
    imported: 31,
    missing: 26,
    writers: [
      { label: "starter", accepted: 41, edited: 6, rejected: 30 },
      { label: "starter with rloo-taste-1", accepted: 1_204, edited: 3, rejected: 11 },
      { label: "starter-plus, asked as the large model", accepted: 12, edited: 2, rejected: 6 },
    ],
    days: weeks.flatMap((i) => [0, 2].map((more) => ({ day: 20_650 + 7 * i + more, taken: 3 + ((i * 5) % 7) + Math.floor(i / 3), refused: 4 + ((i * 3) % 5) - Math.floor(i / 6) }))),
    reliability: {
      answers: 83,
      missing: 0,
      error: 0.094,
      bins: [[0.21, 0.4], [0.37, 0.5], [0.49, 0.4], [0.6, 0.7], [0.71, 0.8], [0.8, 0.7], [0.88, 0.9], [0.96, 1]].map(([said, kept], i) => ({ answers: i < 3 ? 11 : 10, said, kept })),
    },
  });
};

export const scenarios = [
  { name: "first-run", views: BOTH, act: rules },
  {
    name: "palette",
    views: BOTH,
    async act(page) {
      await page.click(".cm-line >> nth=2");
      await page.keyboard.type(" ");
      await page.keyboard.press("Control+k");
      await page.waitForSelector("[data-testid=palette]");
    },
  },
  {
    name: "palette-own",
    views: ONE,
    async act(page) {
      await page.keyboard.press("Control+k");
      await page.fill("[data-testid=palette-input]", "calm");
    },
  },
  {
    name: "review",
    views: ALL,
    async act(page) {
      await rules(page);
      await firstRewrite(page);
      expect("suggestions", await pending(page), 12);
      await page.keyboard.press("F8");
      await page.keyboard.press("F8");
    },
  },
  {
    name: "decisions",
    views: ONE,
    async act(page) {
      const original = await page.evaluate(() => window.__screens.store.text);
      await firstRewrite(page);
      await page.keyboard.press("Enter");
      await page.keyboard.press("Backspace");
      expect("left after an accept and a reject", await pending(page), 10);
      await page.keyboard.press("e");
      await page.waitForSelector("[data-testid=edit-field]");
      await page.keyboard.type("since");
      await page.keyboard.press("Enter");
      expect("left after own words", await pending(page), 9);
      await page.keyboard.press("Control+Enter");
      expect("left after accepting all", await pending(page), 0);
      await page.waitForSelector('body[data-saved="saved"]');
      const text = await page.evaluate(() => window.__screens.store.text);
      expect("accepted", text.includes("workshop has been"), true);
      expect("rejected", text.includes("We was"), true);
      expect("own words", text.includes("room since it is"), true);
      const verdicts = await page.evaluate(() =>
        window.__screens.calls.filter(({ command }) => command === "decide").map(({ payload }) => payload.decisions.map(({ verdict }) => verdict)),
      );
      expect("decisions", verdicts.slice(0, 3), [["accept"], ["reject"], ["edited"]]);
      expect("accept all is one batch", verdicts[3]?.length, 9);
      for (let i = 0; i < 4; i++) await page.keyboard.press("Control+z");
      expect("pending again after undo", await pending(page), 12);
      await page.waitForSelector('body[data-saved="saved"]');
      expect("the original is back", await page.evaluate(() => window.__screens.store.text), original);
      for (let i = 0; i < 2; i++) await page.keyboard.press("Control+Shift+z");
      expect("redo", await pending(page), 10);
    },
  },
  {
    name: "editing",
    views: ["large light", "small dark"],
    async act(page) {
      await firstRewrite(page);
      await page.keyboard.press("F8");
      await page.keyboard.press("F8");
      await page.keyboard.press("e");
      await page.waitForSelector("[data-testid=edit-field]");
      await page.keyboard.type("since");
    },
  },
  {
    name: "versions",
    views: ["large light", "large dark", "small light"],
    async act(page) {
      await firstRewrite(page);
      await page.keyboard.press("F8");
      await page.keyboard.press("a");
      await page.waitForSelector("[data-testid=version]");
    },
  },
  {
    name: "version-chosen",
    views: ONE,
    async act(page) {
      await firstRewrite(page);
      const before = await page.evaluate(() => window.__screens.store.text);
      await page.keyboard.press("F8");
      await page.keyboard.press("Enter");
      expect("next edit of the same sentence", await pending(page), 11);
      await page.keyboard.press("a");
      await page.waitForSelector("[data-testid=version]");
      await page.keyboard.press("2");
      expect("the sentence is decided", await pending(page), 9);
      await page.waitForSelector('body[data-saved="saved"]');
      const text = await page.evaluate(() => window.__screens.store.text);
      expect("the chosen version", text.includes("We were not able to keep the old room, as it is under repair."), true);
      await page.keyboard.press("Control+z");
      await page.keyboard.press("Control+z");
      await page.waitForSelector('body[data-saved="saved"]');
      expect("undo", await page.evaluate(() => window.__screens.store.text), before);
      expect("suggestions after undo", await pending(page), 12);
    },
  },
  {
    name: "streaming",
    views: ["large light", "small dark"],
    setup: () => {
      window.__screens.delay = 15;
    },
    async act(page) {
      await page.keyboard.press("Control+k");
      await page.keyboard.press("Enter");
      await page.waitForSelector("[data-testid=edit-card]");
      await page.evaluate(() => {
        window.__screens.hold = true;
      });
      await page.waitForTimeout(80);
    },
  },
  {
    name: "cancelled",
    views: ["large light", "large dark"],
    async act(page) {
      const original = await page.evaluate(() => window.__screens.store.text);
      await page.keyboard.press("Control+k");
      await page.keyboard.press("Enter");
      await page.waitForSelector("[data-testid=edit-card]");
      await page.evaluate(() => {
        window.__screens.hold = true;
      });
      await page.keyboard.press("Escape");
      await idle(page);
      expect("what was found stays", (await pending(page)) > 0, true);
      expect("the text", await page.evaluate(() => window.__screens.store.text), original);
      expect("cancel was called", await page.evaluate(() => window.__screens.calls.some(({ command }) => command === "cancel")), true);
    },
  },
  {
    name: "nothing-to-change",
    views: ["large light", "small dark"],
    setup: () => {
      window.__screens.outcome = "nothingToChange";
    },
    act: firstRewrite,
  },
  {
    name: "low-confidence",
    views: ONE,
    setup: () => {
      window.__screens.confidence = 0.31;
      window.__screens.decide = () => ({ tier: "small", confidence: null, why: "the small model's first answer", failed: null });
    },
    act: firstRewrite,
  },
  {
    name: "model-missing",
    views: ["large light", "large dark"],
    setup: () => {
      window.__screens.startup = {
        model: null,
        modelError: {
          code: "model_missing",
          message: "No model was found in the profile or beside the program.",
          hint: "Put a folder with model.gguf and tokenizer.json into ~/.local/share/emend/models.",
        },
      };
    },
    act: rules,
  },
  {
    name: "failed",
    views: ONE,
    setup: () => {
      window.__screens.fail.rewrite = { code: "too_long", message: "This sentence has 2,140 words; the model reads at most 400.", hint: "Split it, or select a part." };
    },
    act: firstRewrite,
  },
  {
    name: "stale",
    views: ONE,
    async act(page) {
      await page.evaluate(() => {
        window.__screens.store.revision = 17;
      });
      await page.click(".cm-line >> nth=2");
      await page.keyboard.type("Mine. ");
      await page.waitForSelector('[data-state="stale"]');
    },
  },
  {
    name: "hint",
    views: ["large light", "large dark"],
    async act(page) {
      await rules(page);
      await page.hover(".cm-rule >> nth=0");
      await page.waitForSelector(".cm-tooltip-lint");
    },
  },
  {
    name: "hint-menu",
    views: ["large light", "large dark"],
    async act(page) {
      await rules(page);
      await page.keyboard.press("Control+.");
      await page.waitForSelector("[data-testid=hint-menu]");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Escape");
      expect("closed by Esc", await page.locator("[data-testid=hint-menu]").count(), 0);
      await page.keyboard.press("Control+.");
      await page.keyboard.press("Enter");
      await page.waitForSelector('body[data-saved="saved"]');
      expect("fixed", await page.evaluate(() => window.__screens.store.text.includes("so please registers")), true);
      await rules(page);
      await page.keyboard.press("Control+.");
      await page.waitForSelector("[data-testid=hint-menu]");
    },
  },
  {
    name: "bar",
    views: ONE,
    async act(page) {
      await firstRewrite(page);
      await page.hover("ins.cm-new >> nth=2");
      await page.waitForSelector("[data-testid=edit-bar]");
    },
  },
  {
    name: "documents",
    views: ["large light", "small dark"],
    async act(page) {
      await page.keyboard.press("Control+o");
      await page.waitForSelector("[data-testid=document]");
    },
  },
  {
    name: "keys",
    views: ["large light", "small dark"],
    async act(page) {
      await page.keyboard.press("F1");
      await page.waitForSelector("[data-testid=key-table]");
    },
  },
  {
    name: "large",
    views: ALL,
    async act(page) {
      await page.keyboard.press("Control+,");
      await page.focus("[data-testid=risk]");
      await page.keyboard.press("ArrowLeft");
      expect("saved", await page.evaluate(() => window.__screens.cascade.oneBadIn), 8);
    },
  },
  {
    name: "large-chosen",
    views: ["large light", "small dark"],
    async act(page) {
      await page.click("[data-testid=model]");
      await page.click("[data-testid=choose-large]");
      await page.waitForSelector("[data-testid=remove-large]");
      await page.click("summary");
    },
  },
  {
    name: "large-deferral",
    views: [...ALL, "narrow dark"],
    async act(page) {
      await page.keyboard.press("Control+,");
      await page.click("[data-testid=choose-large]");
      await page.waitForSelector("[data-testid=deferral-plot]");
      await page.locator("summary").last().click();
      await page.locator("tr").last().scrollIntoViewIfNeeded();
    },
  },
  {
    name: "large-trouble",
    views: ["large light", "large dark"],
    setup: () => {
      window.__screens.fail.choose_large = { code: "model", message: "notes.gguf holds no model: its first bytes are not those of a GGUF file.", hint: "Choose a file that ends in .gguf." };
    },
    async act(page) {
      await page.keyboard.press("Control+,");
      await page.click("[data-testid=choose-large]");
      await page.waitForSelector('[data-state="cascade-trouble"]');
    },
  },
  {
    name: "large-uncalibrated",
    views: ["large light", "large dark"],
    setup: () => {
      window.__screens.cascade.risks = [];
    },
    async act(page) {
      await page.keyboard.press("Control+,");
      await page.waitForSelector('[data-state="not-calibrated"]');
    },
  },
  {
    name: "large-answer",
    views: BOTH,
    async act(page) {
      await firstRewrite(page);
      for (let i = 0; i < 12 && (await page.locator("[data-testid=why]").count()) === 0; i++) await page.keyboard.press("F8");
      await page.waitForSelector("[data-testid=why]");
    },
  },
  {
    name: "large-failed",
    views: ["large light", "large dark"],
    setup: () => {
      window.__screens.decide = () => ({ tier: "small", confidence: 0.31, why: "31% sure; the large model could not be asked: it ran out of memory while it was loaded", failed: "it ran out of memory while it was loaded" });
    },
    act: firstRewrite,
  },
  {
    name: "diagnosis",
    views: [...ALL, "narrow dark"],
    setup: heated,
    async act(page) {
      await diagnosed(page);
      expect("places", await page.getAttribute("[data-testid=diagnosis]", "data-places"), "7");
    },
  },
  {
    name: "diagnosis-place",
    views: [...ALL, "narrow dark"],
    setup: heated,
    async act(page) {
      await diagnosed(page);
      for (let i = 0; i < 5; i++) await page.keyboard.press("F7");
      expect("selected", await page.evaluate(() => document.querySelector("[data-testid=place] q").textContent), "lol");
    },
  },
  {
    name: "diagnosis-menu",
    views: ["large light", "large dark"],
    setup: heated,
    async act(page) {
      await diagnosed(page);
      await page.keyboard.press("Control+.");
      await page.waitForSelector("[data-testid=hint-menu]");
    },
  },
  {
    name: "diagnosis-review",
    views: [...BOTH, "narrow light"],
    setup: heated,
    async act(page) {
      await diagnosed(page);
      await page.click("[data-testid=repair-all]");
      await idle(page);
      expect("suggestions", (await pending(page)) > 0, true);
      const asked = await page.evaluate(() => window.__screens.calls.filter(({ command }) => command === "rewrite").map(({ payload }) => payload.args.instruction.id));
      expect("the repairing intent", asked, ["appropriate"]);
    },
  },
  {
    name: "diagnosis-no-repair",
    views: ONE,
    setup: { content: `${heated.content} window.__screens.outcome = "nothingToChange";` },
    async act(page) {
      await diagnosed(page);
      await page.keyboard.press("F7");
      await page.click("[data-testid=repair]");
      await idle(page);
      await page.waitForSelector('[data-state="no-repair"]');
    },
  },
  {
    name: "diagnosis-nothing",
    views: ["large light", "small dark"],
    setup: () => {
      window.__screens.critic = false;
    },
    async act(page) {
      await page.click("[data-testid=diagnose]");
      await page.waitForSelector("[data-testid=diagnosis][data-state=nothing]");
    },
  },
  {
    name: "diagnosis-reading",
    views: ["large light", "small dark"],
    setup: () => {
      window.__screens.diagnoseDelay = 400;
    },
    async act(page) {
      await page.keyboard.press("F7");
      await page.waitForTimeout(600);
    },
  },
  {
    name: "learn-few",
    views: BOTH,
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.waitForSelector('[data-testid=decisions][data-missing="38"]');
      expect("start is refused", await page.isDisabled("[data-testid=start]"), true);
      expect("taste", await page.locator("[data-testid=taste]").count(), 0);
    },
  },
  {
    name: "learn-going",
    views: ALL,
    setup: () => {
      const day = 86_400_000;
      Object.assign(window.__screens.learn, {
        decided: 83,
        missing: 0,
        runs: [
          { id: "prefer-dpo-2", recipe: "prefer-dpo", data: "your own decisions", created: Date.now() - day, stoppedAt: 40, verdict: null },
          { id: "prefer-dpo-1", recipe: "prefer-dpo", data: "your own decisions", created: Date.now() - 9 * day, stoppedAt: null, verdict: { promoted: true, reasons: [], measures: [] } },
        ],
        adapters: [
          { id: "prefer-dpo-1", sizeBytes: 3_600_000, recipe: "prefer-dpo", created: Date.now() - 9 * day, problem: null, metrics: {}, verdict: null, answersAll: true, answers: [] },
          { id: "imitate-1", sizeBytes: 3_600_000, recipe: "imitate", created: Date.now() - 30 * day, problem: null, metrics: {}, verdict: null, answersAll: false, answers: [] },
        ],
        stepsBack: 1,
      });
    },
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.selectOption("[data-testid=recipe]", "rloo-constrained");
      const top = () => page.evaluate(() => document.querySelector("[data-testid=decisions]").getBoundingClientRect().top);
      const before = await top();
      await page.click("[data-testid=start]");
      await page.waitForSelector("[data-testid=plot] canvas");
      expect("plots", await page.locator("[data-testid=drawn] [data-testid=plot]").count(), 7);
      expect("what stands beside it", await top(), before);
    },
  },
  {
    name: "learn-runs",
    views: [...BOTH, "narrow light"],
    setup: () => {
      const day = 86_400_000;
      Object.assign(window.__screens.learn, {
        decided: 83,
        missing: 0,
        runs: [
          { id: "prefer-dpo-2", recipe: "prefer-dpo", data: "your own decisions", created: Date.now() - day, stoppedAt: 40, verdict: null },
          { id: "prefer-dpo-1", recipe: "prefer-dpo", data: "your own decisions", created: Date.now() - 9 * day, stoppedAt: null, verdict: { promoted: true, reasons: [], measures: [] } },
        ],
      });
    },
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.click("[data-run=prefer-dpo-2] [data-testid=delete]");
      await page.locator("[data-run=prefer-dpo-1]").scrollIntoViewIfNeeded();
      expect("asked once more", await page.locator("[data-run=prefer-dpo-2] [data-testid=delete-sure]").count(), 1);
    },
  },
  {
    name: "learn-compare",
    views: ALL,
    setup: () => {
      Object.assign(window.__screens.learn, { decided: 83, missing: 0 });
      window.__screens.learn.adapters = ["imitate-1", "prefer-dpo-1"].map((id) => ({
        id,
        sizeBytes: 3_600_000,
        recipe: id.slice(0, -2),
        created: Date.now() - 30 * 86_400_000,
        metrics: { loss: 0.612, accuracy: 0.78, margin: 1.42, tokens: 412 },
        verdict: {
          promoted: false,
          reasons: ["meaning fell by 0.041, and at most 0.03 is allowed"],
          measures: [["what was asked for, by the judge", 0.52, 0.71], ["meaning", 0.941, 0.9], ["fluency", 0.88, 0.9]].map(([name, live, measured]) => ({ name, live, new: measured })),
        },
        problem: null,
        answersAll: id === "prefer-dpo-1",
        answers: [],
      }));
      window.__screens.holdComparison = true;
    },
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.click("[data-adapter=imitate-1] [data-testid=compare]");
      await page.click("[data-testid=compare-start]");
      await page.waitForSelector("[data-testid=compared]");
      await page.click("[data-testid=compare-stop]");
      await page.click("[data-testid=tested] summary");
      await page.locator("[data-testid=tested]").scrollIntoViewIfNeeded();
    },
  },
  {
    name: "learn-received",
    views: ALL,
    setup: received,
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.waitForSelector("[data-testid=decisions] canvas");
      await page.locator("[data-testid=decisions] summary").click();
    },
  },
  {
    name: "learn-reliability",
    views: ALL,
    setup: received,
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.locator("[data-testid=reliability] summary").click();
      await page.locator("[data-testid=reliability-plot]").scrollIntoViewIfNeeded();
    },
  },
  {
    name: "learn-house-rules",
    views: ALL,
    setup: () => {
      Object.assign(window.__screens.words, {
        entries: ["Kubernetes", "Infrastructure as a Service", "in order to -> to", "Gdańsk"],
        suggested: [
          { entry: "utilise -> use", word: "utilise", instead: "use", texts: ["We utilise the old mill.", "They utilise both rooms.", "Please utilise the side door.", "I utilise it."] },
          { entry: "gonna", word: "gonna", instead: null, texts: ["It's gonna rain.", "I'm gonna be late.", "They're gonna love it."] },
        ],
      });
    },
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.locator("[data-testid=suggested-word] summary").first().click();
      await page.locator("[data-testid=own-word]").scrollIntoViewIfNeeded();
    },
  },
  {
    name: "learn-over-time",
    views: ["large light", "large dark", "small light"],
    setup: () => {
      Object.assign(window.__screens.learn, {
        decided: 61,
        missing: 0,
        days: [20_776, 20_777, 20_780, 20_781, 20_784].map((day, i) => ({ day, taken: 4 + 2 * i, refused: 5 - i })),
      });
    },
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.waitForSelector("[data-testid=decisions] canvas");
    },
  },
  {
    name: "learn-expected",
    views: ALL,
    setup: () => {
      Object.assign(window.__screens.learn, { decided: 83, missing: 0 });
      const point = (_, i) => ({
        adapter: i < 25 ? null : i < 50 ? "prefer-dpo-1" : "prefer-dpo-2",
        alone: 0.62 + 0.05 * Math.sin(i / 5),
        inUse: 0.62 + 0.05 * Math.sin(i / 5) + (i < 25 ? 0 : i < 50 ? 0.01 * (i - 25) : 0.25 - 0.02 * (i - 50)),
      });
      window.__screens.expected = { decisions: 83, window: 20, points: Array.from({ length: 64 }, point) };
    },
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.waitForSelector("[data-testid=expected] canvas");
      await page.locator("[data-testid=expected] summary").click();
      await page.locator("[data-testid=foreseen]").scrollIntoViewIfNeeded();
    },
  },
  {
    name: "learn-taste",
    views: [...ALL, "narrow dark"],
    setup: () => {
      Object.assign(window.__screens.learn, { decided: 132, missing: 0 });
      const likings = [["exclamation marks", -1.31], ["contractions", 0.92], ["words of 10 letters or more", -0.74], ["“just”", -0.52], ["semicolons and colons", 0.4], ["words of 1 to 3 letters", 0.28], ["courtesies", 0.17], ["characters", -0.06]];
      window.__screens.taste = { decisions: 132, foreseen: 0.781, likings: likings.map(([what, strength]) => ({ what, strength })) };
    },
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.waitForSelector("[data-testid=taste][data-state=found] table");
      await page.locator("[data-testid=taste] tr >> nth=-1").scrollIntoViewIfNeeded();
      const sides = await page.evaluate(() =>
        [...document.querySelectorAll("[data-testid=taste] td")].map((cell) => {
          const [all, bar] = [cell, cell.querySelector(".bar")].map((one) => one.getBoundingClientRect());
          const middle = all.left + all.width / 2;
          return bar.right <= middle + 0.5 ? "left" : bar.left >= middle - 0.5 ? "right" : "across";
        }),
      );
      expect("sides of the middle", sides, ["left", "right", "left", "left", "right", "right", "right", "left"]);
    },
  },
  {
    name: "learn-taste-unclear",
    views: ["large light", "large dark"],
    setup: () => {
      Object.assign(window.__screens.learn, { decided: 61, missing: 0 });
      window.__screens.taste = { decisions: 61, foreseen: 0.541, likings: [{ what: "commas", strength: 0.08 }] };
    },
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.waitForSelector("[data-testid=taste][data-state=found]");
      expect("bars", await page.locator("[data-testid=taste] .bar").count(), 0);
    },
  },
  {
    name: "learn-own-texts",
    views: ALL,
    setup: () => {
      Object.assign(window.__screens.learn, { decided: 83, missing: 0 });
      window.__screens.voiced = { files: 12, sentences: 400, pairs: 136, added: 130, toldApart: 0.82, passedOver: [] };
    },
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.click("[data-testid=take-voice]");
      await page.waitForSelector("[data-state=voiced]");
    },
  },
  {
    name: "learn-own-texts-going",
    views: ["large light", "narrow dark"],
    setup: () => {
      Object.assign(window.__screens.learn, { decided: 83, missing: 0 });
    },
    async act(page) {
      await page.keyboard.press("Control+l");
      await page.click("[data-testid=take-voice]");
      await page.waitForSelector("[data-testid=own-texts] [role=progressbar]");
    },
  },
  {
    name: "typing-during-rewrite",
    views: ONE,
    setup: () => {
      window.__screens.hold = true;
    },
    async act(page) {
      await page.keyboard.press("Control+k");
      await page.keyboard.press("Enter");
      await page.waitForSelector("[data-testid=progress]");
      await page.keyboard.press("Control+Home");
      await page.keyboard.type("Dear all,\n");
      await page.evaluate(() => {
        window.__screens.hold = false;
      });
      await idle(page);
      await page.keyboard.press("Control+Enter");
      await page.waitForSelector('body[data-saved="saved"]');
      const text = await page.evaluate(() => window.__screens.store.text);
      expect("typed", text.slice(0, 30), "Dear all,\n# A note before the ");
      expect("applied at the right place", text.includes("the workshop has been moved") && text.includes("happy to help you"), true);
    },
  },
];
