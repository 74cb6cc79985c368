/** What screen readers read out. */

export class Announcer {
  spoken = $state("");

  say(words: string): void {
    // The same words twice are not read again unless something differs.
    this.spoken = this.spoken === words ? `${words}\u00a0` : words;
  }
}
