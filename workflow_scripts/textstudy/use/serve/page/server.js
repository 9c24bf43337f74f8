// Calls of the server. Where it asks for a key, the page asks its user, and keeps the key in memory only.

let key = null;

export class ServerError extends Error {
  constructor(status, message, retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

async function ask(path, options) {
  const headers = { ...options.headers, ...(key && { Authorization: `Bearer ${key}` }) };
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServerError(0, "The server does not answer: is it still running?", 2);
  }
  if (response.ok) return response.json();
  const { error } = await response.json().catch(() => ({ error: `The server answered ${response.status}.` }));
  throw new ServerError(response.status, error, Number(response.headers.get("Retry-After") ?? 1));
}

export const get = (path) => ask(path, {});
export const post = (path, body, signal) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal });

// Resolves when the user has given a key that the server takes.
export function askForKey(form) {
  form.hidden = false;
  const field = form.querySelector("input");
  field.focus();
  return new Promise((resolve) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      key = field.value;
      try {
        await get("models");
      } catch (error) {
        if (error.status === 401) {
          field.select();
          form.querySelector("label").textContent = "That key is not right. The key of this server:";
          return;
        }
      }
      form.hidden = true;
      resolve();
    };
  });
}
