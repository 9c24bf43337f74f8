"use strict";
// The page is complete without this script, which makes a long report quicker to use.
(() => {
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  // Light or dark: the setting of the system, until the reader chooses.
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const theme = make("button", { type: "button", id: "theme" });
  const showTheme = () => { theme.textContent = dark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; showTheme(); });
  showTheme();
  document.querySelector("header").append(theme);

  // The contents are open where they stand beside the text, and mark the section on the screen.
  const fold = document.querySelector("nav details"), wide = matchMedia("(min-width: 76rem)");
  const place = () => { fold.open = wide.matches; };
  wide.addEventListener("change", place);
  place();
  fold.classList.add("followed");
  const links = new Map([...document.querySelectorAll("nav a[href^='#']")].map((link) => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter((heading) => heading);
  const follow = () => {
    const read = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 4).at(-1) ?? headings[0];
    for (const [id, link] of links) {
      if (id === read?.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const current = read && links.get(read.id), nav = document.getElementById("contents");
    if (current && nav.scrollHeight > nav.clientHeight) {
      nav.scrollTop = current.offsetTop - nav.offsetTop - nav.clientHeight / 2;
    }
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  }, { passive: true });
  follow();

  // Tables: a heading sorts by its column, a field keeps the rows that contain a text.
  const DURATION = /^(?:(\d+) h )?(?:(\d+) min)?(?: ?([\d.]+) s)?$/;
  const quantity = (text) => {
    const plain = text.trim().replace(/\u2212/g, "-").replace(/(\d),(?=\d{3})/g, "$1");
    const time = plain && plain.match(DURATION);
    if (time) return 3600 * (time[1] ?? 0) + 60 * (time[2] ?? 0) + Number(time[3] ?? 0);
    const number = plain.match(/^(?:[<×]\s*)?([+-]?\d+(?:\.\d+)?)/);
    return number ? Number(number[1]) : null;
  };
  const missing = (text) => text.trim() === "—" || text.trim() === "";
  const sort = (table, column, direction) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, text: row.cells[column].textContent, place: Number(row.dataset.place) }));
    const numeric = rows.every(({ text }) => missing(text) || quantity(text) !== null);
    const compare = (a, b) => numeric ? quantity(a.text) - quantity(b.text) : a.text.localeCompare(b.text, "en");
    rows.sort((a, b) => {
      if (direction === 0) return a.place - b.place;
      if (missing(a.text) !== missing(b.text)) return missing(a.text) - missing(b.text);
      return (missing(a.text) ? 0 : direction * compare(a, b)) || a.place - b.place;
    });
    body.append(...rows.map(({ row }) => row));
  };
  for (const table of document.querySelectorAll("main table:not(.matrix)")) {
    const body = table.tBodies[0], heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    if (!body || body.rows.length < 3) continue;
    [...body.rows].forEach((row, place) => { row.dataset.place = place; });
    heads.forEach((head, column) => {
      const button = make("button", { type: "button" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const after = before === null ? "ascending" : before === "ascending" ? "descending" : null;
        for (const other of heads) other.removeAttribute("aria-sort");
        if (after) head.setAttribute("aria-sort", after);
        sort(table, column, after === "ascending" ? 1 : after ? -1 : 0);
      });
    });
    if (body.rows.length < 9) continue;
    const field = make("input", { type: "search", "aria-label": "Rows that contain", placeholder: "Rows that contain …" });
    const shown = make("span", { role: "status" });
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      let kept = 0;
      for (const row of body.rows) {
        const found = row.textContent.toLowerCase().includes(wanted);
        row.classList.toggle("away", !found);
        kept += found;
      }
      shown.textContent = wanted ? `${kept} of ${body.rows.length} rows` : "";
    });
    table.closest(".scroll").before(make("div", { class: "filter" }, field, shown));
  }

  // Curves: the names under a figure show and hide the lines of a model.
  for (const list of document.querySelectorAll(".series")) {
    for (const name of list.querySelectorAll("span[data-series]")) {
      const button = make("button", { type: "button", "aria-pressed": "true" }, ...name.childNodes);
      const lines = list.closest("figure").querySelectorAll(`[id*="--${name.dataset.series}--"]`);
      button.addEventListener("click", () => {
        const show = button.getAttribute("aria-pressed") === "false";
        button.setAttribute("aria-pressed", String(show));
        for (const line of lines) line.classList.toggle("away", !show);
      });
      name.replaceWith(button);
    }
  }

  // Closed parts open for printing, and if a link leads into one.
  const unfold = () => { document.getElementById(location.hash.slice(1))?.closest("details")?.setAttribute("open", ""); };
  addEventListener("hashchange", unfold);
  addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
  unfold();
})();
