/** The window around the page. */

import { getCurrentWindow } from "@tauri-apps/api/window";

/** What the taskbar and the window's frame say. */
export async function setWindowTitle(title: string): Promise<void> {
  document.title = title;
  await getCurrentWindow().setTitle(title);
}

/** Calls `mayClose` before the window closes; it stays open when that resolves to false. */
export async function beforeClose(mayClose: () => Promise<boolean>): Promise<void> {
  await getCurrentWindow().onCloseRequested(async (event) => {
    if (!(await mayClose())) event.preventDefault();
  });
}
