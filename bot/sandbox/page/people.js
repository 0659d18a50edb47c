// The list of people and groups, and making new ones.

import { html, useRef } from "./vendor/htm-preact.js";
import { Dialog, fields } from "./dialog.js";
import { inWords } from "./service.js";

const KINDS = { supergroup: "Supergroup", group: "Basic group", channel: "Channel" };
const LANGUAGES = {
  en: "English", ru: "Русский", uk: "Українська", es: "Español", de: "Deutsch",
  fr: "Français", it: "Italiano", tr: "Türkçe", ar: "العربية", fa: "فارسی", zh: "中文",
};

/** The round sign of a chat: two letters, square for groups. */
export function Sign({ chat }) {
  const letters = chat.title.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "");
  const shape = chat.id < 0 ? "sign square" : "sign";
  return html`<span class=${`${shape} c${chat.colour}`} aria-hidden="true">${letters.join("")}</span>`;
}

/** The hour and minute of a moment in seconds since 1970. */
export function hour(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function preview(chat) {
  if (chat.migrated_to !== null) return "became a supergroup";
  if (!chat.last) return "nothing yet";
  if (chat.last.service) return inWords(chat.last);
  return chat.last.text.split("\n").find((line) => line.trim()) ?? (chat.last.photo ? "Photo" : (chat.last.document ?? chat.last.other));
}

function mark(chat) {
  if (chat.id > 0) return chat.bot === "kicked" ? "blocked" : chat.language;
  return chat.bot && !["kicked", "left"].includes(chat.bot) ? KINDS[chat.kind].toLowerCase() : "no bot";
}

function Row({ chat, chosen, isNew }) {
  return html`<li>
    <a href=${`#${chat.id}`} class="row" aria-current=${chosen ? "page" : null}>
      <${Sign} chat=${chat} />
      <span class="words">
        <span class="line">
          <b dir="auto">${chat.title}</b>
          <small>${chat.last && hour(chat.last.sent_at)}</small>
        </span>
        <span class="line">
          <span class="preview" dir="auto">${preview(chat)}</span>
          ${isNew ? html`<span class="new"><span class="hidden">new</span></span>` : html`<small class="mark">${mark(chat)}</small>`}
        </span>
      </span>
    </a>
  </li>`;
}

/** The left side: the chat with the newest message first. */
export function People({ world, chosen, open }) {
  const seen = useRef(null);
  if (seen.current === null && world.loaded) {
    seen.current = new Map(world.chats.map((chat) => [chat.id, chat.last?.id]));
  }
  if (chosen) seen.current?.set(chosen, world.chats.find((chat) => chat.id === chosen)?.last?.id);
  const age = (chat) => chat.last?.sent_at ?? (chat.id === chosen ? Infinity : 0);
  const chats = [...world.chats].sort((one, other) => age(other) - age(one) || 0);
  const isNew = (chat) => chat.last?.from.bot && seen.current?.get(chat.id) !== chat.last.id;
  return html`<nav class="people" aria-label="Chats">
    <ul>
      ${chats.map((chat) => html`<${Row} key=${chat.id} chat=${chat} chosen=${chat.id === chosen} isNew=${isNew(chat)} />`)}
      ${world.loaded && chats.length === 0 && html`<li class="hint">People and groups will stand here.</li>`}
    </ul>
    <footer>
      <button onClick=${() => open("person")}>Add a person</button>
      <button onClick=${() => open("group")} disabled=${!chats.some((chat) => chat.id > 0)}>Add a group</button>
    </footer>
  </nav>`;
}

function options(named) {
  return Object.entries(named).map(([value, name]) => html`<option value=${value}>${name}</option>`);
}

/** Asks for a name and a language. */
export function NewPerson({ act, close }) {
  const submit = async (event) => {
    const made = await act("/world/people", fields(event));
    if (!made) return;
    location.hash = made.id;
    close();
  };
  return html`<${Dialog} title="Add a person" close=${close}>
    <form onSubmit=${submit}>
      <label>Name<input name="name" required maxlength="64" autocomplete="off" /></label>
      <label>Language of their Telegram<select name="language">${options(LANGUAGES)}</select></label>
      <button class="main">Add</button>
    </form>
  <//>`;
}

/** Asks for a title, a kind and an owner; the bot can come along at once. */
export function NewGroup({ world, act, close }) {
  const people = world.chats.filter((chat) => chat.id > 0);
  const submit = async (event) => {
    const { bot, admin, ...asked } = fields(event);
    const made = await act("/world/groups", { ...asked, admin: Number(admin) });
    if (!made) return;
    if (bot) await act(`/world/groups/${made.id}/add_bot`, { by: Number(admin) });
    location.hash = made.id;
    close();
  };
  return html`<${Dialog} title="Add a group" close=${close}>
    <form onSubmit=${submit}>
      <label>Title<input name="title" required maxlength="128" autocomplete="off" /></label>
      <label>Kind<select name="kind">${options(KINDS)}</select></label>
      <label>Owner
        <select name="admin">${people.map((chat) => html`<option value=${chat.id}>${chat.title}</option>`)}</select>
      </label>
      <label class="check"><input type="checkbox" name="bot" checked /> The owner adds the bot</label>
      <button class="main">Add</button>
    </form>
  <//>`;
}
