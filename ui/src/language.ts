/**
 * Repairs `navigator.language` where it is no language at all.
 *
 * In an environment without a locale, WebKitGTK reports "C"; `Intl` throws on it, and any library that formats a
 * number while it is imported leaves the whole window blank. Imported before everything else.
 */

function understood(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}

if (!understood(navigator.language)) {
  Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
  Object.defineProperty(navigator, "languages", { value: ["en-US", "en"], configurable: true });
}
