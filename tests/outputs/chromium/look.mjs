// Look at a page in Chromium, and print as JSON what it does. Arguments: the program, the page.
import { chromium } from "playwright-core";

const [program, page] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: program,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const seen = { messages: [], requests: [], overflow: {}, contrast: [], keys: [] };

const open = async (options) => {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  tab.on("console", (message) => seen.messages.push(message.text()));
  tab.on("pageerror", (error) => seen.messages.push(error.message));
  tab.on("request", (request) => {
    if (request.url() !== `file://${page}`) seen.requests.push(request.url());
  });
  await tab.goto(`file://${page}`);
  return tab;
};

// The contrast of every text with what is behind it (WCAG 2.2, 1.4.3).
const contrasts = () => {
  const channels = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const box = at.tagName === "g" ? at.querySelector("rect") : null;
      const colour = channels(box ? getComputedStyle(box).fill : getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *:not(script):not(template)")) {
    const own = Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.getClientRects().length || element.tagName === "title") continue;
    const style = getComputedStyle(element);
    const ink = channels(element instanceof SVGElement ? style.fill : style.color);
    const [high, low] = [luminance(ink), luminance(behind(element))].sort((a, b) => b - a);
    found.push([(high + 0.05) / (low + 0.05), element.className.baseVal ?? element.className,
      element.textContent.slice(0, 40)]);
  }
  return found.sort((a, b) => a[0] - b[0])[0];
};

for (const width of [400, 900, 1600]) {
  for (const colorScheme of ["light", "dark"]) {
    const tab = await open({ viewport: { width, height: 900 }, colorScheme });
    await tab.locator("#results > details > summary").first().click();
    await tab.waitForSelector("#results > details[open] .below > *");
    const over = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    seen.overflow[`${width} ${colorScheme}`] = over;
    seen.contrast.push(await tab.evaluate(contrasts));
    await tab.context().close();
  }
}

const tab = await open({ viewport: { width: 900, height: 900 } });
const focus = () => tab.evaluate(() => document.activeElement.id || document.activeElement.tagName);
// The way of a keyboard: to the search, a word, to the first result, and unfold it.
if (await tab.locator("#results > details[open]").count()) {
  await tab.locator("#results > details > summary").first().click();
}
await tab.keyboard.press("/");
seen.focused = await focus();
for (const key of "pinned") {
  seen.keys.push(await tab.evaluate((letter) => new Promise((done) => {
    const field = document.getElementById("search");
    const begun = performance.now();
    field.value += letter;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
  }), key));
}
seen.shown = await tab.textContent("#shown");
seen.visible = await tab.locator("#results > details:visible").count();
let steps = 0;
do {
  await tab.keyboard.press("Tab");
  steps += 1;
} while ((await focus()) !== "SUMMARY" && steps < 20);
await tab.keyboard.press("Enter");
await tab.waitForSelector("#results > details[open] .below > *");
seen.unfolded = await tab.evaluate(() => document.activeElement.parentElement.open);
await tab.keyboard.press("/");
await tab.keyboard.press("Escape");
seen.cleared = await tab.inputValue("#search");
const tile = tab.locator(".tile").first();
await tile.focus();
await tab.keyboard.press("Space");
seen.pressed = await tile.getAttribute("aria-pressed");
seen.tree = await tab.locator("main").ariaSnapshot().then((text) => text.slice(0, 1500));

const quiet = await browser.newContext({ javaScriptEnabled: false });
const still = await quiet.newPage();
await still.goto(`file://${page}`);
seen.withoutScript = await still.locator("#results > details:visible").count();
console.log(JSON.stringify(seen));
await browser.close();
