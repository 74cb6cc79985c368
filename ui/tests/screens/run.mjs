/**
 * Takes pictures of the page in its states, light and dark, large and small, and checks each with axe.
 *
 * Needs a Chromium (`CHROMIUM`, default /usr/bin/chromium) and a build. `npm run screens -- NAME…` takes some only.
 */

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { scenarios } from "./scenarios.mjs";
import { serve } from "./serve.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const backend = readFileSync(here("./backend.js"), "utf8");
const out = here("./out/");
mkdirSync(out, { recursive: true });

const SIZES = { large: { width: 1280, height: 800 }, small: { width: 900, height: 600 }, narrow: { width: 680, height: 640 } };
const only = process.argv.slice(2);

const { url, close } = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
let problems = 0;
try {
  for (const { name, views, setup, act } of scenarios) {
    if (only.length > 0 && !only.some((wanted) => name.startsWith(wanted))) continue;
    for (const view of views) {
      const [size, scheme] = view.split(" ");
      const page = await browser.newPage({ viewport: SIZES[size], colorScheme: scheme, reducedMotion: "reduce" });
      const said = [];
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") said.push(`${message.text()} ${message.location().url}:${message.location().lineNumber}:${message.location().columnNumber}`);
      });
      page.on("pageerror", (error) => said.push(String(error)));
      await page.addInitScript(backend);
      if (setup) await page.addInitScript(setup);
      await page.goto(url);
      await page.waitForSelector("body[data-ready]");
      try {
        await act(page);
      } catch (error) {
        said.push(String(error));
      }
      await page.screenshot({ path: `${out}${name}-${size}-${scheme}.png` });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      for (const { id, help, nodes } of violations) {
        said.push(`axe ${id}: ${help}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
      }
      problems += said.length;
      console.log(`${name} ${view}: ${said.length === 0 ? "ok" : said.join("\n    ")}`);
      await page.close();
    }
  }
} finally {
  await browser.close();
  close();
}
process.exitCode = problems > 0 ? 1 : 0;
