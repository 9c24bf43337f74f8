// A CSV file, classified row by row through /predict.

import { parse, write } from "./csv.js";
import { count, countBars } from "./drawing.js";
import { post } from "./server.js";

const FILE_BYTES = 100e6;
const TEXTS = 64; // of a request, so that others who ask meanwhile need not wait long
const CHARACTERS = 200_000;
const LONGEST = 100_000; // characters of a text
const TRIES = 8;

const at = (id) => document.getElementById(id);
let table = null; // { names, rows, answers }
let stopped = false;

const say = (message) => (at("table-state").textContent = message);
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

function decode(buffer) {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(buffer), note: "" };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(buffer), note: " It is not in UTF-8, so it was read as Windows-1252." };
  }
}

async function open(file) {
  table = null;
  at("table-form").hidden = at("progress").hidden = at("download").hidden = true;
  at("table-mix").replaceChildren();
  if (file.size > FILE_BYTES) return say(`${file.name} is larger than 100 MB: use the command textstudy predict.`);
  const { text, note } = decode(await file.arrayBuffer());
  let rows;
  try {
    rows = parse(text);
  } catch (error) {
    return say(`${file.name} cannot be read: ${error.message}`);
  }
  if (rows.length < 2) return say(`${file.name} has no rows below its line of names.`);
  const [names, ...rest] = rows;
  table = { names, rows: rest, answers: [] };
  const letters = names.map((_, place) => rest.slice(0, 100).reduce((sum, row) => sum + (row[place] ?? "").length, 0));
  at("column").replaceChildren(...names.map((name, place) => new Option(name || `column ${place + 1}`, place)));
  at("column").value = letters.indexOf(Math.max(...letters)); // texts are what is longest
  at("table-form").hidden = false;
  say(`${file.name}: ${count(rest.length, "row")}.${note}`);
}

// Returns the end of the next request's rows.
function nextEnd(texts, start) {
  let end = start;
  let characters = 0;
  while (end < texts.length && end - start < TEXTS && (end === start || characters + texts[end].length <= CHARACTERS)) {
    characters += texts[end].length;
    end += 1;
  }
  return end;
}

// A server that is busy or away is asked again, later and later.
async function answersTo(texts, model) {
  for (let turn = 1; ; turn += 1) {
    try {
      return (await post("predict", { texts, model })).answers;
    } catch (error) {
      if (![0, 429, 503].includes(error.status) || turn === TRIES || stopped) throw error;
      await pause(error.retryAfter * turn);
    }
  }
}

async function classify() {
  const { rows, answers } = table;
  const [place, model] = [Number(at("column").value), at("table-model").value];
  const texts = rows.map((row) => (row[place] ?? "").toWellFormed());
  const begin = performance.now();
  answers.length = 0;
  while (answers.length < texts.length && !stopped) {
    const start = answers.length;
    const part = texts.slice(start, nextEnd(texts, start));
    const short = part.filter((text) => text.length <= LONGEST);
    const found = short.length ? await answersTo(short, model) : [];
    answers.push(...part.map((text) => (text.length <= LONGEST ? found.shift() : null)));
    const left = ((performance.now() - begin) / answers.length) * (texts.length - answers.length);
    at("progress").value = answers.length / texts.length;
    say(`${answers.length.toLocaleString("en")} of ${count(texts.length, "row")}, about ${Math.ceil(left / 1000)} s left.`);
  }
}

function offer() {
  const { names, rows, answers } = table;
  const width = Math.max(names.length, ...rows.slice(0, 1000).map((row) => row.length));
  const filled = (row) => Array.from({ length: width }, (_, place) => row[place] ?? "");
  const told = (answer) => (answer ? [answer.label, answer.probability.toFixed(4)] : ["", ""]);
  const lines = answers.map((answer, place) => [...filled(rows[place]), ...told(answer)]);
  const link = at("download").querySelector("a");
  URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob(write([[...filled(names), "predicted_label", "probability"], ...lines]), { type: "text/csv" }));
  at("download").hidden = answers.length === 0;
  const mix = Object.create(null); // a label may be any word
  for (const answer of answers) if (answer) mix[answer.label] = (mix[answer.label] ?? 0) + 1;
  at("table-mix").replaceChildren(countBars(mix));
  const [long, empty] = [answers.filter((answer) => !answer).length, answers.filter((answer) => answer?.empty).length];
  const notes = [
    `${count(answers.length, "row")} of ${rows.length.toLocaleString("en")} classified.`,
    long ? `${count(long, "text")} of more than ${LONGEST.toLocaleString("en")} characters got no answer.` : "",
    empty ? `Cleaning left nothing of ${count(empty, "text")}, so those answers are guesses.` : "",
  ];
  return notes.filter(Boolean).join(" ");
}

async function run(event) {
  event.preventDefault();
  stopped = false;
  at("start").disabled = true;
  at("stop").hidden = at("progress").hidden = false;
  at("progress").value = 0;
  let trouble = "";
  try {
    await classify();
  } catch (error) {
    trouble = `${error.message} `;
  }
  at("start").disabled = false;
  at("stop").hidden = true;
  say(trouble + offer());
}

export function offerModels(models) {
  at("table-model").replaceChildren(...models.map(({ name, title }) => new Option(title, name)));
}

export function listenForTables() {
  const zone = at("drop");
  at("file").onchange = () => at("file").files[0] && open(at("file").files[0]);
  zone.ondragover = (event) => (event.preventDefault(), zone.classList.add("over"));
  zone.ondragleave = () => zone.classList.remove("over");
  zone.ondrop = (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files[0]) open(event.dataTransfer.files[0]);
  };
  at("table-form").onsubmit = run;
  at("stop").onclick = () => (stopped = true);
}
