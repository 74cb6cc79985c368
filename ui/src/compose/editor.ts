/** The text editor: plain text is the only truth; everything shown on top of it is derived. */

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightSpecialChars,
  keymap,
  placeholder,
} from "@codemirror/view";
import { counts } from "./counts";
import { look } from "./look";

export interface EditorOptions {
  readonly text: string;
  readonly markdown: boolean;
  /** Of the page's own style element, so that the strict page policy lets the editor style itself. */
  readonly nonce: string;
  readonly extensions: Extension;
}

export function editorState({ text, markdown: isMarkdown, nonce, extensions }: EditorOptions): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      // One kind of line break, whatever the text holds: offsets must agree with the backend's to the unit.
      EditorState.lineSeparator.of("\n"),
      EditorView.clipboardInputFilter.of((pasted) => pasted.replaceAll(/\r\n?/g, "\n")),
      EditorView.cspNonce.of(nonce),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "Your text", tabindex: "0", spellcheck: "false", autocapitalize: "on" }),
      // Screens first: what a screen has to say about a key goes before the editor's own opinion.
      extensions,
      history({ newGroupDelay: 400 }),
      drawSelection(),
      dropCursor(),
      highlightSpecialChars(),
      placeholder("Write or paste something. Then press Ctrl+K."),
      search({ top: false }),
      isMarkdown ? markdown({ base: markdownLanguage, completeHTMLTags: false, addKeymap: true }) : [],
      keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap]),
      counts,
      look,
    ],
  });
}
