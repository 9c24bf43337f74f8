// Bars, highlighted words and edits. Texts and labels come from strangers: they are set as text, never as HTML.

const TOP = 5;

export function element(name, classes, ...children) {
  const made = document.createElement(name);
  made.className = classes;
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  if (value < 100 && value > 99.9) return "> 99.9 %";
  return value === 100 ? "100 %" : `${value.toFixed(1)} %`;
}

export const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

function track(share, before) {
  const fill = element("span", "fill");
  fill.style.width = `${100 * share}%`;
  const mark = before === undefined ? null : element("span", "before");
  if (mark) mark.style.left = `${100 * before}%`;
  const made = element("span", "track", fill, mark);
  made.setAttribute("aria-hidden", "true");
  return made;
}

// The most probable classes; `before` has the probabilities without typos, where there are typos.
export function probabilityBars(probabilities, before) {
  const top = Object.entries(probabilities).sort((a, b) => b[1] - a[1]).slice(0, TOP);
  const rows = top.map(([label, share]) => {
    const value = percent(share) + (before ? `, was ${percent(before[label])}` : "");
    return element("li", "", element("span", "", label), track(share, before?.[label]), element("span", "value", value));
  });
  return element("ul", before ? "bars" : "bars short", ...rows);
}

export function countBars(counts) {
  const total = Object.values(counts).reduce((sum, number) => sum + number, 0);
  const rows = Object.entries(counts)
    .filter(([, number]) => number > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([label, number]) => {
      const value = `${number.toLocaleString("en")} (${percent(number / total)})`;
      return element("li", "", element("span", "", label), track(number / total), element("span", "value", value));
    });
  return element("ul", "bars short", ...rows);
}

// The server counts characters as Unicode does, not as JavaScript does.
function pieces(text, spans, draw) {
  const characters = Array.from(text);
  const found = [];
  let end = 0;
  for (const span of spans) {
    found.push(characters.slice(end, span.start).join(""), ...draw(span, characters.slice(span.start, span.end).join("")));
    end = span.end;
  }
  found.push(characters.slice(end).join(""));
  return found;
}

export function explainedText({ label, text, words }) {
  const largest = Math.max(...words.map((word) => Math.abs(word.weight)), 0);
  const level = (word) => (largest ? Math.round((4 * Math.abs(word.weight)) / largest) : 0);
  const marked = pieces(text, words, (word, said) => {
    const classes = `${word.weight > 0 ? "towards" : "against"} level-${level(word)}`;
    return [level(word) ? element("mark", classes, said) : said];
  });
  const characters = Array.from(text);
  const strongest = (sign) => {
    const chosen = words.filter((word) => sign * word.weight > 0 && level(word)).sort((a, b) => sign * (b.weight - a.weight));
    return [...new Set(chosen.map((word) => characters.slice(word.start, word.end).join("")))].slice(0, 6).join(", ");
  };
  const said = [["For", strongest(1)], ["against", strongest(-1)]].filter(([, list]) => list);
  const summary = said.map(([side, list]) => `${side} ${label}: ${list}`).join("; ") || "No word decided.";
  const shown = element("p", "panel", ...marked);
  shown.tabIndex = 0;
  shown.setAttribute("role", "group");
  shown.setAttribute("aria-label", "The text as the model reads it, its words highlighted");
  return [element("p", "quiet", summary), shown];
}

export const editedText = (text, edits) =>
  pieces(text, edits, (edit) => [element("del", "", edit.before), " ", element("ins", "", edit.after)]);
