/** How text looks in the editor. Colours come from the page's custom properties, so one theme serves light and dark. */

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--font-prose)",
    fontSize: "var(--prose-size)",
    lineHeight: "var(--prose-leading)",
    overflowY: "auto",
    overflowX: "hidden",
    justifyContent: "center",
    scrollbarGutter: "stable",
  },
  ".cm-content": {
    flexGrow: "1",
    flexShrink: "1",
    maxWidth: "var(--measure)",
    padding: "var(--prose-top) var(--prose-side) 40vh",
    caretColor: "var(--accent)",
  },
  ".cm-line": { padding: "0" },
  ".cm-cursor, .cm-dropCursor": { borderLeft: "2px solid var(--accent)" },
  "& .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-placeholder": { color: "var(--ink-faint)" },

  ".cm-old": {
    color: "var(--old)",
    textDecoration: "line-through",
    textDecorationThickness: "1.5px",
    textDecorationColor: "var(--old-line)",
    backgroundColor: "var(--old-wash)",
    borderRadius: "3px",
  },
  ".cm-old *": { color: "inherit" },
  ".cm-old-blank": { backgroundColor: "var(--old-line)", opacity: "0.55" },
  ".cm-new": {
    color: "var(--new)",
    backgroundColor: "var(--new-wash)",
    textDecoration: "underline",
    textDecorationThickness: "2px",
    textUnderlineOffset: "4px",
    textDecorationColor: "var(--new-line)",
    borderRadius: "3px",
    padding: "1px 2px",
    margin: "0 1px",
    whiteSpace: "pre-wrap",
    cursor: "pointer",
  },
  ".cm-old.cm-active-edit": { backgroundColor: "var(--old-wash-active)", boxShadow: "0 0 0 2px var(--old-wash-active)" },
  ".cm-new.cm-active-edit": { backgroundColor: "var(--new-wash-active)", boxShadow: "0 0 0 2px var(--new-line)" },

  ".cm-rule": {
    // Apart, because WebKit does not know the short form with a style in it.
    textDecorationLine: "underline",
    textDecorationStyle: "dotted",
    textDecorationThickness: "2px",
    textUnderlineOffset: "4px",
    textDecorationColor: "var(--rule)",
    textDecorationSkipInk: "none",
  },
  // After the rules: where both have found something, the graver mark is drawn.
  ".cm-finding": {
    textDecorationLine: "underline",
    // Not wavy, which WebKit draws almost flat.
    textDecorationStyle: "double",
    textDecorationThickness: "1.5px",
    textUnderlineOffset: "4px",
    textDecorationColor: "var(--finding-line)",
    textDecorationSkipInk: "none",
  },
  ".cm-finding-words": { backgroundColor: "var(--finding-wash)", borderRadius: "3px" },
  ".cm-old .cm-finding": { textDecorationLine: "none", backgroundColor: "transparent" },
  ".cm-lintRange-hint": { backgroundImage: "none" },
  ".cm-lintRange-active": { backgroundColor: "var(--rule-wash)" },

  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "8px",
    boxShadow: "var(--shadow)",
    fontFamily: "var(--font-ui)",
    fontSize: "13px",
    lineHeight: "1.45",
    maxWidth: "380px",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-lint": { padding: "4px" },
  ".cm-diagnostic": { padding: "8px 10px", borderLeft: "none", whiteSpace: "normal" },
  ".cm-diagnostic-hint": { borderLeft: "none" },
  ".cm-diagnosticText": { display: "block", marginBottom: "6px", whiteSpace: "pre-line" },
  ".cm-diagnosticAction": {
    font: "inherit",
    color: "var(--ink)",
    backgroundColor: "var(--sunken)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    padding: "2px 8px",
    margin: "2px 4px 2px 0",
    cursor: "pointer",
  },
  ".cm-diagnosticAction:hover": { borderColor: "var(--accent)", color: "var(--accent)" },
  ".cm-diagnosticSource": { fontSize: "11.5px", opacity: "1", color: "var(--ink-soft)", marginTop: "6px" },

  ".cm-hint-menu": { padding: "10px 12px" },
  ".cm-hint-menu p": { margin: "0 0 6px", whiteSpace: "pre-line" },
  ".cm-hint-menu .cm-diagnosticSource": { margin: "6px 0 0" },

  ".cm-edit-bar": { display: "flex", alignItems: "center", gap: "2px", padding: "4px 4px 4px 10px" },
  ".cm-edit-reason": { marginRight: "6px", color: "var(--ink-soft)" },
  ".cm-edit-bar button": {
    font: "inherit",
    width: "28px",
    height: "28px",
    border: "none",
    borderRadius: "6px",
    background: "transparent",
    color: "var(--ink)",
    cursor: "pointer",
  },
  ".cm-edit-bar button:hover": { backgroundColor: "var(--sunken)", color: "var(--accent)" },

  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", fontFamily: "var(--font-ui)", fontSize: "13px" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "8px 12px" },
  ".cm-textfield": {
    backgroundColor: "var(--paper)",
    color: "var(--ink)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    fontSize: "13px",
    padding: "3px 8px",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--sunken)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    fontSize: "13px",
  },
  ".cm-searchMatch": { backgroundColor: "var(--rule-wash)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--selection)" },
});

const markdown = HighlightStyle.define([
  { tag: tags.heading1, fontSize: "1.5em", fontWeight: "680", letterSpacing: "-0.015em", lineHeight: "1.3" },
  { tag: tags.heading2, fontSize: "1.25em", fontWeight: "660", letterSpacing: "-0.01em", lineHeight: "1.35" },
  { tag: tags.heading, fontWeight: "650" },
  { tag: tags.strong, fontWeight: "650" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: [tags.monospace, tags.labelName], fontFamily: "var(--font-mono)", fontSize: "0.88em" },
  { tag: [tags.link, tags.url], color: "var(--link)" },
  { tag: tags.quote, color: "var(--ink-soft)" },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.meta], color: "var(--ink-faint)" },
]);

export const look: Extension = [theme, syntaxHighlighting(markdown)];
