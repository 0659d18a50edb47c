// What can be done to a chat: blocking, the bot's standing in a group, members, becoming a supergroup.

import { html, useEffect, useRef } from "./vendor/htm-preact.js";

const INSIDE = ["member", "administrator", "restricted"];

function ofPerson(chat) {
  return chat.bot === "kicked" ? [["Unblock the bot", "unblock"]] : [["Block the bot", "block", {}, "bad"]];
}

function ofGroup(chat) {
  const inside = INSIDE.includes(chat.bot);
  const bot = inside
    ? [
        chat.bot === "restricted" ? ["Let the bot write", "unmute"] : ["Forbid the bot to write", "mute"],
        chat.bot !== "administrator" && ["Make the bot an admin", "promote_bot"],
        ["Kick the bot", "kick_bot", {}, "bad"],
      ]
    : [["Add the bot", "add_bot"]];
  const migrate = chat.kind === "group" && chat.migrated_to === null && ["Become a supergroup", "migrate"];
  return [...bot, migrate].filter(Boolean);
}

function ofMember(reader) {
  if (!reader || reader.status === "creator") return [];
  const body = { person: reader.id };
  return [
    reader.status === "administrator"
      ? [`Make ${reader.name} a plain member`, "demote", body]
      : [`Make ${reader.name} an admin`, "promote", body],
    [`Remove ${reader.name}`, "remove", body, "bad"],
  ];
}

function outside(chat, world) {
  const inside = new Set(chat.members.map((each) => each.id));
  const others = world.chats.filter((each) => each.id > 0 && !inside.has(each.id));
  return others.map((each) => [`Add ${each.title}`, "add", { person: each.id }]);
}

/** A menu behind three dots; what it offers depends on how things stand. */
export function Actions({ chat, world, act, reader }) {
  const place = useRef(null);
  const close = () => place.current?.removeAttribute("open");
  useEffect(() => {
    const away = (event) => !place.current?.contains(event.target) && close();
    document.addEventListener("click", away);
    return () => document.removeEventListener("click", away);
  }, []);
  const key = (event) => event.key === "Escape" && (close(), place.current.firstElementChild.focus());
  const group = chat.id < 0;
  const sections = group ? [ofGroup(chat), ofMember(reader), outside(chat, world)] : [ofPerson(chat)];
  const base = group ? `/world/groups/${chat.id}` : `/world/chats/${chat.id}`;
  const click = async (action, body) => {
    close();
    const after = await act(`${base}/${action}`, body);
    if (action === "migrate" && after) location.hash = after.id;
  };
  return html`<details class="menu" ref=${place} onKeyDown=${key}>
    <summary aria-label="What can be done here">⋯</summary>
    <div>
      ${sections.filter((section) => section.length).map((section) => html`<section>
        ${section.map(([label, action, body, kind]) => html`<button class=${kind} onClick=${() => click(action, body)}>${label}</button>`)}
      </section>`)}
    </div>
  </details>`;
}
