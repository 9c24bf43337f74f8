// One text, side by side in all models; typos and what they move; the classes of the last hour.

import { count, countBars, editedText, element, explainedText, percent, probabilityBars } from "./drawing.js";
import { askForKey, get, post } from "./server.js";
import { listenForTables, offerModels } from "./table.js";

const TYPING_PAUSE = 400; // ms
const MIX_SECONDS = 5;

const at = (id) => document.getElementById(id);
let models = [];
let latest = null; // AbortController of the answers on their way
let untouched = null; // { text, answers } before typos were added
const answers = {}; // model → its answer to the text that is shown

function card({ name, title }) {
  const made = element("article", "card", element("h3", "", title), element("p", "name quiet", name), element("div", "answer"), element("div", "words"));
  made.dataset.model = name;
  return made;
}

function showAnswer(part, answer, before) {
  const lines = [element("p", "label", answer.label)];
  if (answer.empty) lines.push(element("p", "moved", "Cleaning leaves nothing of this text: the answer is a guess."));
  if (before && before.label !== answer.label) lines.push(element("p", "moved", `The typos changed the answer: it was ${before.label}, ${percent(before.probability)}.`));
  part.replaceChildren(...lines, probabilityBars(answer.probabilities, before?.probabilities));
}

async function askModel(model, text, signal) {
  const part = at("answers").querySelector(`[data-model="${CSS.escape(model.name)}"]`);
  const [shown, words] = [part.querySelector(".answer"), part.querySelector(".words")];
  try {
    const [answer] = (await post("predict", { texts: text, model: model.name }, signal)).answers;
    answers[model.name] = answer;
    showAnswer(shown, answer, untouched?.answers[model.name]);
    if (!model.explains) words.replaceChildren(element("p", "quiet", "It joins other models: see their words."));
    else words.replaceChildren(...explainedText(await post("explain", { text, label: answer.label, model: model.name }, signal)));
  } catch (error) {
    if (error.name === "AbortError") return;
    shown.replaceChildren(element("p", "moved", error.message));
    words.replaceChildren();
  }
}

async function classify() {
  latest?.abort();
  latest = new AbortController();
  const { signal } = latest;
  const text = at("text").value.toWellFormed();
  at("answers").hidden = !text.trim();
  if (!text.trim()) return (at("state").textContent = "The answers appear as you type.");
  at("state").textContent = "The models are reading …";
  if (!models.length) return; // they will, as soon as they are known
  await Promise.all(models.map((model) => askModel(model, text, signal)));
  if (!signal.aborted) at("state").textContent = `${count(models.length, "model")} answered.`;
}

function forgetTypos() {
  untouched = null;
  at("undo").hidden = at("edits").hidden = true;
}

async function addTypos() {
  const text = untouched?.text ?? at("text").value.toWellFormed(); // other typos replace those that are there
  if (!text.trim()) return at("text").focus();
  try {
    const found = await post("perturb", { text, kind: at("kind").value, share: Number(at("share").value) });
    untouched ??= { text, answers: { ...answers } };
    at("text").value = found.text;
    at("edits").querySelector("p").replaceChildren(...(found.edits.length ? editedText(text, found.edits) : ["No word of this text can be changed so."]));
    at("undo").hidden = at("edits").hidden = false;
    await classify();
  } catch (error) {
    at("state").textContent = error.message;
  }
}

async function showMix() {
  if (document.hidden) return;
  try {
    const mix = await get("mix");
    const drawn = models.map(({ name, title }) => {
      const counts = mix.models[name];
      const total = Object.values(counts).reduce((sum, number) => sum + number, 0);
      return element("article", "card", element("h3", "", title), element("p", "name quiet", count(total, "text")), countBars(counts));
    });
    at("mix").replaceChildren(...drawn);
    at("trouble").hidden = true;
  } catch (error) {
    at("trouble").textContent = error.message;
    at("trouble").hidden = false;
  }
}

async function begin() {
  try {
    models = await get("models");
  } catch (error) {
    if (error.status === 401) return askForKey(at("ask-key")).then(begin);
    at("trouble").textContent = error.message;
    at("trouble").hidden = false;
    return setTimeout(begin, 1000 * MIX_SECONDS);
  }
  at("trouble").hidden = true;
  at("answers").replaceChildren(...models.map(card));
  offerModels(models);
  classify();
  showMix();
  setInterval(showMix, 1000 * MIX_SECONDS);
}

function listen() {
  let timer;
  at("text").oninput = () => {
    forgetTypos();
    clearTimeout(timer);
    timer = setTimeout(classify, TYPING_PAUSE);
  };
  at("add-typos").onclick = addTypos;
  at("undo").onclick = () => {
    at("text").value = untouched.text;
    forgetTypos();
    classify();
  };
}

listen(); // before the models are known: a slow server must not make the page deaf
listenForTables();
begin();
