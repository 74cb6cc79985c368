import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/** Forbids imports of the given folders, with the reason that a person needs to move the code elsewhere. */
const tier = (files, folders, message) => ({
  files,
  rules: {
    "no-restricted-imports": ["error", { patterns: folders.map((folder) => ({ group: [`**/${folder}/**`], message })) }],
  },
});

export default ts.config(
  { ignores: ["dist/", "node_modules/", "src/ipc/bindings.gen.ts", "tests/screens/out/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  { files: ["**/*.mjs", "*.config.*"], languageOptions: { globals: { ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      "@typescript-eslint/no-non-null-assertion": "error",
      "no-console": "error",
      // Collections that a component shows are $state.raw values that are replaced; the rest is nobody's to watch.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  { files: ["tests/**"], rules: { "no-console": "off", "@typescript-eslint/no-non-null-assertion": "off" } },
  { files: ["**/*.test.ts"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
  // Three tiers: shared <- features (compose, review, large, diagnosis) <- screens (write, learn).
  tier(["src/shared/**"], ["compose", "review", "large", "diagnosis", "write", "learn", "ipc"], "shared code knows no feature and no backend"),
  tier(["src/review/**"], ["compose", "large", "diagnosis", "write", "learn"], "features do not import each other; combine them in a screen"),
  tier(["src/compose/**"], ["review", "large", "diagnosis", "write", "learn"], "features do not import each other; combine them in a screen"),
  tier(["src/large/**"], ["compose", "review", "diagnosis", "write", "learn"], "features do not import each other; combine them in a screen"),
  tier(["src/diagnosis/**"], ["compose", "review", "large", "write", "learn"], "features do not import each other; combine them in a screen"),
  tier(["src/learn/**"], ["compose", "review", "large", "diagnosis", "write"], "screens do not import each other; combine them in the page"),
  tier(["src/write/**"], ["learn"], "screens do not import each other; combine them in the page"),
  {
    files: ["src/learn/series.ts", "src/review/model.ts", "src/compose/autosave.ts", "src/compose/filter.ts", "src/large/risk.ts", "src/diagnosis/places.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["svelte", "svelte/*", "@codemirror/view", "@tauri-apps/*"], message: "pure: no DOM, no window, no IPC" }] },
      ],
    },
  },
);
