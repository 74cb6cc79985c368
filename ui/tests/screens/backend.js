/**
 * A backend made of canned answers, for looking at the page in a browser. Injected before the page's own scripts;
 * never part of the bundle. `window.__screens` is how a scenario steers it.
 */
(() => {
  const SAMPLE = [
    "# A note before the workshop",
    "",
    "Hello everyone, I am writing to remind you that the workshop have been moved to Thursday, 12 March at 9:30. We was not able to keep the old room because of the fact that it is being repaired at this point in time.",
    "",
    "Please bring your laptop and make sure that you has installed the tools from https://example.org/setup before you arrive. Their are 24 seats, so it is recommended that you registers early.",
    "",
    "Coffee and lunch is included. If you have any question, don't hesitate to wrote to Dana Whitfield at dana@example.org, she will be happy for help you.",
    "",
    "```sh",
    "emend rewrite --intent fix note.md",
    "```",
    "",
    "See you soon,",
    "The workshop team",
    "",
  ].join("\n");

  const FIXES = [
    ["the workshop have", "have", "has", "Grammar", "A singular subject takes “has”.", 0.93],
    ["We was", "was", "were", "Grammar", "“We” takes “were”.", 0.97],
    ["because of the fact that", "because of the fact that", "because", "Wording", "Says the same in fewer words.", 0.61],
    [" at this point in time", " at this point in time", "", "Deletion", "Adds nothing here.", 0.44],
    ["you has", "has", "have", "Grammar", "“You” takes “have”.", 0.98],
    ["Their are", "Their", "There", "Spelling", "“Their” shows possession; here it is “there”.", 0.99],
    ["you registers", "registers", "register", "Grammar", "“You” takes the plain form.", 0.95],
    ["lunch is", "is", "are", "Grammar", "Two things take “are”.", 0.88],
    ["any question", "question", "questions", "Grammar", "“Any” asks for more than one here.", 0.72],
    ["to wrote", "wrote", "write", "Grammar", "After “to” comes the plain form.", 0.97],
    ["org, she", ", she", "; she", "Punctuation", "Two sentences need more than a comma.", 0.47],
    ["happy for help", "for", "to", "Grammar", "“Happy” goes with “to”.", 0.9],
  ];

  const control = {
    delay: 60,
    outcome: "rewritten",
    startup: {},
    checkDelay: 30,
    diagnoseDelay: 5,
    critic: true,
    fail: {},
    calls: [],
    confidence: null,
    decide: (index) =>
      index % 3 === 2
        ? { tier: "large", confidence: 0.41, why: "the large model's answer: the small one was only 41% sure", failed: null }
        : { tier: "small", confidence: 0.86, why: "86% sure", failed: null },
    cascade: {
      large: null,
      oneBadIn: 10,
      risks: [[2, 1], [3, 0.97], [5, 0.81], [8, 0.6], [10, 0.47], [20, 0.21], [50, 0.04], [100, 0]].map(([oneBadIn, accepted]) => ({ oneBadIn, accepted, asked: 0.8 * (1 - accepted) })),
      deferral: [[0, 61.2], [0.1, 64], [0.25, 66.5], [0.5, 68.4], [0.75, 68.9], [1, 68.2]].map(([asked, quality]) => ({ asked, quality })),
    },
    hold: false,
    learn: {
      decided: 12,
      imported: 0,
      needed: 50,
      missing: 38,
      intents: [
        { label: "Fix grammar", accepted: 7, edited: 1, rejected: 2 },
        { label: "Shorter", accepted: 1, edited: 0, rejected: 1 },
      ],
      writers: [{ label: "starter", accepted: 8, edited: 1, rejected: 3 }],
      days: [{ day: 20_785, taken: 9, refused: 3 }],
      reliability: { answers: 8, missing: 12, bins: [], error: null },
      recipes: [
        { name: "prefer-dpo", about: "Learns from preferences: what was taken against what was refused.", paper: "Rafailov et al. 2023, equation 7, with label smoothing (Mitchell 2023)", steps: 150, reads: "preferences", examples: 9 },
        { name: "rloo-constrained", about: "Raises the reward as far as the constraints allow.", paper: "Ahmadian et al. 2024, Moskovitz et al. 2024", steps: 150, reads: "texts", examples: 14 },
      ],
      runs: [],
      adapters: [],
      stepsBack: 0,
      heldOut: 7,
      when: { pauses: true, idle: false, grades: false },
      wishes: [{ id: "fix", label: "Fix grammar" }, { id: "shorter", label: "Shorter" }, { id: "own", label: "Own words" }],
    },
    expected: { decisions: 12, window: 20, points: [] },
    taste: null,
    words: { entries: [], suggested: [] },
    trainStep: (step, steps) => ({
      step,
      steps,
      seconds: 4.2,
      metrics: {
        loss: 0.7 / Math.sqrt(step),
        kl: 0.004 * step,
        entropy: 0.9 * Math.exp(-step / 60) + 0.03 * Math.sin(step),
        tokens: 24 - 3 * (1 - Math.exp(-step / 25)) + Math.sin(step * 1.7),
        ...(step === 1 || step % 10 === 0 ? { "held-out": 0.55 + 0.3 * (1 - Math.exp(-(step - 1) / 30)) } : {}),
        "reward/harmless": 0.55 + 0.3 * (1 - Math.exp(-step / 30)) + 0.02 * Math.sin(step),
        "original/harmless": 0.52 + 0.02 * Math.cos(step),
        "reward/meaning": 0.93 - 0.05 * (1 - Math.exp(-step / 20)),
        "original/meaning": 1,
        "multiplier/meaning/fix": 1 + 0.5 * Math.sin(step / 12),
      },
      samples: [{ source: "Their plan are stupid, and they knows it.", rewrite: "Their plan has flaws, and they know it." }, { source: "It rain since Monday.", rewrite: "It rain since Monday." }],
    }),
    sample: SAMPLE,
    big: false,
  };
  window.__screens = control;

  const store = { id: 1, revision: 1, text: SAMPLE, path: null, title: "A note before the workshop" };
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  let request = 40;
  let cancelled = new Set();
  let dictionary = [];

  const document = () => ({
    id: store.id,
    title: store.title,
    path: store.path,
    format: "markdown",
    text: store.text,
    revision: store.revision,
  });

  function fixesIn(text) {
    const found = [];
    for (const [where, original, replacement, kind, reason, confidence] of FIXES) {
      for (let at = text.indexOf(where); at >= 0; at = text.indexOf(where, at + 1)) {
        const start = at + where.indexOf(original);
        found.push({ start, end: start + original.length, replacement, kind, reason, confidence: control.confidence ?? confidence });
      }
    }
    return found.sort((a, b) => a.start - b.start);
  }

  async function rewrite({ args, onEvent }) {
    const id = ++request;
    let index = 0;
    const send = (event, data) => onEvent.onmessage({ event, data });
    const text = store.text;
    const from = args.start ?? 0;
    const to = args.end ?? text.length;
    const sentences = [];
    const pattern = /[^\n.!?]+(?:\.(?=\S)[^\n.!?]*)*[.!?]?/g;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const start = match.index + match[0].length - match[0].trimStart().length;
      const end = match.index + match[0].length;
      if (end > from && start < to && match[0].trim() !== "") sentences.push({ start, end });
    }
    await wait(control.delay);
    send("started", { request: id, revision: args.revision, segments: sentences.length });
    const edits = control.outcome === "rewritten" ? fixesIn(text) : [];
    for (const { start, end } of sentences) {
      await wait(control.delay);
      while (control.hold && !cancelled.has(id)) await wait(20);
      if (cancelled.has(id)) {
        send("finished", { outcome: "cancelled", ms: 100, tier: "small", model: "starter" });
        return null;
      }
      const own = edits.filter((edit) => edit.start >= start && edit.end <= end && edit.start >= from && edit.end <= to);
      send("segment", {
        index,
        start,
        end,
        outcome: own.length > 0 ? "rewritten" : "unchanged",
        reason: null,
        edits: own.map((edit, i) => ({ id: `${id}:${index}.${i}`, ...edit })),
        decision: control.decide(index),
      });
      index++;
      send("progress", { done: index, total: sentences.length });
    }
    const any = edits.some((edit) => edit.start >= from && edit.end <= to);
    const outcome = control.outcome !== "rewritten" ? control.outcome : any ? "rewritten" : "nothingToChange";
    send("finished", { outcome, ms: 640, tier: "small", model: "starter" });
    return null;
  }

  function another({ args }) {
    const text = store.text;
    const at = text.indexOf("We was");
    const start = at;
    const end = text.indexOf("in time.") + 8;
    const edit = (id, old, replacement) => {
      const from = text.indexOf(old, start);
      return { id, start: from, end: from + old.length, replacement, kind: "wording", reason: "", confidence: 0.7 };
    };
    const versions = [
      [edit("a1", "was not able to keep", "could not keep"), edit("a2", "because of the fact that it is", "because it is"), edit("a3", " at this point in time", " at the moment")],
      [edit("b1", "was", "were"), edit("b2", " because of the fact that it is being repaired at this point in time", ", as it is under repair")],
      [edit("c1", "We was not able to keep the old room", "The old room is not available"), edit("c2", "because of the fact that it is being repaired at this point in time", "while it is being repaired")],
    ];
    return {
      candidates: versions.map((edits, i) => ({ id: `${args.request}:${args.index}:${i}`, text: text.slice(start, end), edits, score: 0.91 - i * 0.07 })),
    };
  }

  function check({ text }) {
    const found = [];
    const add = (word, message, rule, suggestions) => {
      if (dictionary.includes(word)) return;
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        found.push({ start: at, end: at + word.length, message, rule, suggestions: suggestions.map((one) => ({ label: `“${one}”`, replacement: one })) });
      }
    };
    add("Whitfield", "Did you mean to spell “Whitfield” this way?", "SpellCheck", ["Whitefield", "Whitfields"]);
    add("it is recommended that you", "Say it directly.", "Wordiness", ["please"]);
    add("teh", "Did you mean “the”?", "SpellCheck", ["the", "tea"]);
    return found;
  }

  const FOUND = [
    ["Only a moron would put the stop there!!", "excessive_intensity", "Excessive intensity", "toxic emotions", 83, "reads as an attack"],
    ["moron", "excessive_intensity", "Excessive intensity", "toxic emotions", 80, "insults; a reader who is attacked stops listening"],
    ["If you had a heart", "emotional_deception", "Emotional deception", "toxic emotions", 60, "works on the reader's guilt or fear; say what follows from what"],
    ["end of story", "missing_openness", "Missing openness", "missing commitment", 60, "leaves no room for another opinion"],
    ["lol", "missing_seriousness", "Missing seriousness", "missing commitment", 60, "makes light of the matter or of the other side"],
    ["lol", "detrimental_orthography", "Detrimental orthography", "other", 57, "looks wrong, or something is missing before it"],
    ["stuff like that", "unclear_meaning", "Unclear meaning", "missing intelligibility", 40, "says less than you mean"],
    ["teh", "detrimental_orthography", "Detrimental orthography", "other", 40, "is not spelled like any word that we know"],
  ];

  function diagnose({ text }) {
    const findings = FOUND.flatMap(([words, reason, label, group, score, message]) => {
      const start = text.indexOf(words);
      if (start < 0) return [];
      const sentenceStart = Math.max(0, text.lastIndexOf(". ", start) + 2);
      const stop = text.indexOf(".", start + words.length);
      return [{ start, end: start + words.length, reason, label, group, score, message, sentenceStart, sentenceEnd: stop < 0 ? text.length : stop + 1 }];
    });
    return { kind: "judged", learned: control.critic, findings };
  }

  const model = { id: "starter", name: "starter", sizeBytes: 88_000_000, licence: "Apache-2.0", path: "models/starter" };
  const intents = [
    ["fix", "Fix grammar", "Corrects grammar, spelling and punctuation and leaves your style alone.", "f"],
    ["clearer", "Clearer", "Untangles sentences so that they are understood at first reading.", "c"],
    ["simpler", "Simpler", "Uses everyday words and shorter sentences.", "s"],
    ["shorter", "Shorter", "Says the same in fewer words.", "h"],
    ["formal", "More formal", "Turns casual wording into that of a formal letter.", "o"],
    ["friendly", "Friendlier", "Gives the text a warmer and more relaxed voice.", "r"],
    ["polite", "More polite", "Turns demands into requests and softens blunt wording.", "p"],
    ["neutral", "More neutral", "Takes out loaded words and opinions that are presented as facts.", "n"],
    ["appropriate", "Appropriate", "Keeps the argument and takes out what would offend or derail it.", "a"],
    ["paraphrase", "Paraphrase", "Says the same in other words.", "e"],
    ["coherent", "More coherent", "Connects the sentences of a paragraph so that one follows from the other.", "t"],
  ].map(([id, label, description, shortcut]) => ({ id, label, description, shortcut }));

  const commands = {
    start: () => ({
      version: "0.1.0",
      document: document(),
      intents,
      instructions: ["Use British spelling", "Sound like a calm colleague"],
      model,
      modelError: null,
      notices: [],
      theme: "system",
      firstRun: true,
      ...control.startup,
    }),
    warm_up: async () => {
      await wait(control.warmDelay ?? 10);
      return model;
    },
    autosave: async ({ base, text }) => {
      await wait(15);
      if (base !== store.revision) throw { code: "stale", message: "The document has a newer revision.", hint: "" };
      if (text !== store.text) {
        store.text = text;
        store.revision++;
      }
      return { revision: store.revision };
    },
    list_documents: () => [
      { id: 1, title: "A note before the workshop", path: null, updated: Date.now() - 40_000, words: 118 },
      { id: 2, title: "Letter to the landlord", path: "/home/ada/letters/landlord.md", updated: Date.now() - 7_300_000, words: 302 },
      { id: 3, title: "Cover letter", path: null, updated: Date.now() - 4 * 86_400_000, words: 411 },
    ],
    new_document: () => (Object.assign(store, { id: 9, revision: 1, text: "", path: null, title: "" }), document()),
    open_document: ({ id }) => (id === store.id ? document() : (Object.assign(store, { id, revision: 3, text: "Dear landlord,\n\nthe heating have been broken for two weeks.", path: null }), document())),
    open_file: () => null,
    save_file: () => ({ path: "/home/ada/note.md" }),
    save_file_as: () => ({ path: "/home/ada/note-2.md" }),
    delete_document: () => null,
    rewrite,
    cancel: ({ request: id }) => (cancelled.add(id), null),
    another: async (payload) => (await wait(80), another(payload)),
    decide: () => null,
    cascade: () => control.cascade,
    set_risk: ({ oneBadIn }) => ((control.cascade = { ...control.cascade, oneBadIn }), null),
    choose_large: () => (control.cascade = { ...control.cascade, large: "Letters 4B" }),
    remove_large: () => (control.cascade = { ...control.cascade, large: null }),
    learn: () => control.learn,
    train: async ({ args, onEvent }) => {
      const steps = args.steps ?? 150;
      onEvent.onmessage({ event: "begun", data: { run: "rloo-constrained-3", recipe: "rloo-constrained", examples: 64, steps } });
      for (let step = 1; step <= Math.min(steps, control.trainUntil ?? 60); step++) onEvent.onmessage({ event: "step", data: control.trainStep(step, steps) });
      return new Promise((resolve) => (control.endTraining = () => resolve({ finished: false, leftOut: 0 })));
    },
    compare_adapter: async ({ on, onEvent }) => {
      const text = on.kind === "text" ? on.text : "Their plan are stupid, and they knows it.";
      const side = (adapter, pairs) => ({
        adapter,
        edits: pairs.filter(([old]) => text.includes(old)).map(([old, replacement]) => ({ from: text.indexOf(old), to: text.indexOf(old) + old.length, replacement })),
      });
      const base = [["has seen", "have seen"], ["plan are", "plan is"]];
      const mine = [["Me and my sister", "My sister and I"], ["has seen", "have seen"], ["don't", "doesn't"], ["is alot", "are a lot"], ["plan are stupid", "plan has flaws"], ["knows", "know"]];
      onEvent.onmessage({ event: "progress", data: { done: 3, of: 5 } });
      onEvent.onmessage({ event: "text", data: { wish: "Fix grammar", source: text, kept: on.kind === "text" ? null : side(null, mine).edits, sides: [side(null, base), side("prefer-dpo-1", base), side("imitate-1", mine)] } });
      if (control.holdComparison) await new Promise(() => undefined);
      return null;
    },
    stop_adapter_comparison: () => null,
    expected: () => control.expected,
    catch_up_expected: () => control.expected,
    taste: () => control.taste,
    dictionary_list: () => control.words.entries,
    dictionary_suggested: () => control.words.suggested,
    grade_when_idle: () => 0,
    take_voice: ({ onEvent }) => (onEvent.onmessage?.({ done: 152, of: 400 }), control.voiced ?? new Promise(() => undefined)),
    stop_voice: () => null,
    export_adapter: ({ id }) => `/home/ada/adapters/${id}`,
    typing: () => null,
    set_when: ({ when }) => ((control.learn = { ...control.learn, when }), null),
    stop_training: () => (control.endTraining?.(), null),
    pause_training: () => null,
    check: async (payload) => (await wait(control.checkDelay), check(payload)),
    diagnose: async (payload) => (await wait(control.diagnoseDelay), diagnose(payload)),
    dictionary_add: ({ word }) => (dictionary.push(word), null),
    save_instruction: () => null,
    remove_instruction: () => null,
    set_theme: () => null,
    "plugin:event|listen": () => 1,
    "plugin:window|set_title": () => null,
  };

  let callbacks = 0;
  window.__TAURI_INTERNALS__ = {
    metadata: { currentWindow: { label: "main" }, currentWebview: { label: "main", windowLabel: "main" } },
    transformCallback: () => ++callbacks,
    unregisterCallback: () => undefined,
    async invoke(command, payload) {
      control.calls.push({ command, payload });
      const failure = control.fail[command];
      if (failure) throw failure;
      const handler = commands[command];
      if (!handler) throw `command ${command} not found`;
      return handler(payload);
    },
  };
  window.__screens.store = store;
})();
