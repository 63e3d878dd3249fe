"use strict";
(() => {
  const STEP = 200;
  const search = document.getElementById("search");
  const status = document.getElementById("shown");
  const more = document.getElementById("more");
  const rows = Array.from(document.querySelectorAll("#results > details"));
  const texts = rows.map((row) =>
    (row.firstElementChild.textContent + " " + row.dataset.words).toLowerCase());
  const tones = rows.map((row) => row.classList[1]);
  const tiles = Array.from(document.querySelectorAll(".tile"));
  const all = status.textContent;
  let tone = "";
  let limit = STEP;
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (let at = 0; at < rows.length; at += 1) {
      const fits = (!tone || tones[at] === tone) && words.every((word) => texts[at].includes(word));
      found += fits ? 1 : 0;
      const hidden = !fits || found > limit;
      if (rows[at].hidden !== hidden) rows[at].hidden = hidden;
    }
    const seen = Math.min(found, limit);
    status.textContent = found === rows.length && seen === found
      ? all
      : `${seen.toLocaleString("en")} shown of ${found.toLocaleString("en")} found, ` +
        `${rows.length.toLocaleString("en")} in all`;
    more.hidden = found <= limit;
  };
  const unfold = (row) => {
    const below = row.lastElementChild;
    for (const name of (below.dataset.parts || "").split(" ").filter(Boolean)) {
      below.append(document.getElementById(name).content.cloneNode(true));
    }
    delete below.dataset.parts;
    for (const pre of below.querySelectorAll(".paste")) {
      if (pre.querySelector("button")) continue;
      const text = pre.textContent;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = "Copied";
        } catch {
          getSelection().selectAllChildren(pre.firstElementChild);
          button.textContent = "Selected";
        }
      });
      pre.append(button);
    }
  };
  search.addEventListener("input", () => { limit = STEP; show(); });
  more.addEventListener("click", () => { limit += STEP; show(); });
  for (const tile of tiles) {
    tile.addEventListener("click", () => {
      tone = tone === tile.value ? "" : tile.value;
      for (const each of tiles) each.setAttribute("aria-pressed", String(each.value === tone));
      limit = STEP;
      show();
    });
  }
  document.getElementById("results").addEventListener("toggle", (event) => {
    if (event.target.open) unfold(event.target);
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && search.value) {
      search.value = "";
      show();
    }
  });
  addEventListener("beforeprint", () => {
    for (const row of rows) if (!row.hidden) { unfold(row); row.open = true; }
  });
  show();
  if (rows.length === 1) { rows[0].open = true; }
})();
