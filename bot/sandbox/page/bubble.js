// One message as its reader sees it: who, text, buttons, and what is to be known about it.

import { html, useState } from "./vendor/htm-preact.js";
import { nodes } from "./entities.js";
import { hour } from "./people.js";
import { inWords } from "./service.js";

const ANSWER_SECONDS = 8;

async function copy(text, notify) {
  try {
    await navigator.clipboard.writeText(text);
    notify(text, { title: "Copied" });
  } catch {
    notify(text, { title: "To be copied" });
  }
}

function Key({ button, message, press, notify }) {
  const [busy, setBusy] = useState(false);
  const click = async () => {
    if (button.copy !== undefined) return copy(button.copy, notify);
    if (button.url !== undefined) return notify(button.url, { title: "This button opens" });
    setBusy(true);
    const answer = await press({ data: button.data, message_id: message.id, wait: ANSWER_SECONDS });
    setBusy(false);
    if (answer?.url) return notify(answer.url, { title: "The bot opens" });
    if (answer?.answer) notify(answer.answer, { title: answer.alert ? "The bot alerts" : "The bot answers" });
  };
  const sign = button.url !== undefined ? "link" : button.copy !== undefined ? "copy" : "";
  const title = button.url ?? button.copy ?? null;
  return html`<button class="key" onClick=${click} aria-busy=${busy} title=${title}>
    <span dir="auto">${button.label}</span>${sign && html`<small class="corner">${sign}</small>`}
  </button>`;
}

function Keys({ message, ...rest }) {
  if (message.buttons.length === 0) return null;
  return html`<div class="keys">
    ${message.buttons.map((row) => html`<div>
      ${row.map((button) => html`<${Key} button=${button} message=${message} ...${rest} />`)}
    </div>`)}
  </div>`;
}

function Meta({ message }) {
  const marks = [
    message.album && "album",
    message.edited && "edited",
    message.silent && "silent",
    message.protected && "protected",
    hour(message.sent_at),
  ];
  return html`<small class="meta">${marks.filter(Boolean).join(" · ")}</small>`;
}

function Answered({ message, find }) {
  if (message.reply_to === null) return null;
  const other = find(message.reply_to);
  return html`<p class="answered" dir="auto">${other ? other.text.slice(0, 80) || "a message" : "a deleted message"}</p>`;
}

function author(message, chat) {
  return message.anonymous ? `${chat.title} (anonymous admin)` : message.from.name;
}

/** `mine` puts it on the right; `press` and `say` act in the name of the reader. */
export function Bubble({ message, chat, mine, first, find, press, say, notify }) {
  if (message.service) return html`<div class="service" dir="auto">${inWords(message)}</div>`;
  const named = chat.id < 0 && !mine && first;
  return html`<div class=${`message ${mine ? "mine" : ""} ${first ? "first" : ""}`}>
    <div class="bubble">
      ${named && html`<b class="author" dir="auto">${author(message, chat)}</b>`}
      ${mine && message.anonymous && html`<b class="author">as ${chat.title}</b>`}
      <${Answered} message=${message} find=${find} />
      ${message.photo && html`<img class="photo" src=${message.file} alt="▣ Photo" loading="lazy" />`}
      ${message.document && html`<p class="file"><a href=${message.file} download=${message.document}>▤ ${message.document}</a></p>`}
      ${message.other && html`<p class="file">◇ ${message.other.replace("_", " ")}</p>`}
      ${message.text && html`<div class="text" dir="auto">${nodes(message.text, message.entities, say)}</div>`}
      <${Meta} message=${message} />
    </div>
    <${Keys} message=${message} press=${press} notify=${notify} />
  </div>`;
}
