// The open chat: its head, its messages, and the place to write.

import { html, useLayoutEffect, useRef, useState } from "./vendor/htm-preact.js";
import { Actions } from "./actions.js";
import { Bubble } from "./bubble.js";
import { Compose } from "./compose.js";
import { Sign } from "./people.js";

const NEAR_END = 120;
const STANDING = {
  administrator: "the bot is an admin", member: "the bot is a member", restricted: "the bot may not write",
  kicked: "the bot was removed", left: "the bot has left",
};

const people = (count) => (count === 1 ? "1 person" : `${count} people`);

function about(chat) {
  if (chat.id < 0) return `${chat.kind} · ${people(chat.members.length)} · ${STANDING[chat.bot] ?? "the bot is not here"}`;
  if (chat.bot === "kicked") return `has blocked the bot · ${chat.language}`;
  return `private chat · ${chat.language} · ${chat.bot ? "started" : "not started yet"}`;
}

/** Keeps the newest message in sight, unless the reader has scrolled up. */
function useEnd(messages) {
  const list = useRef(null);
  const near = useRef(true);
  const scrolled = () => {
    const { scrollHeight, scrollTop, clientHeight } = list.current;
    near.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
  };
  useLayoutEffect(() => {
    if (near.current) list.current.scrollTop = list.current.scrollHeight;
  }, [messages]);
  return [list, scrolled];
}

function Welcome({ menu }) {
  return html`<div class="welcome">
    <p dir="auto">${menu?.description || "No messages here yet."}</p>
  </div>`;
}

export function Chat({ chat, bot, world, act, notify }) {
  const isOpen = world.open?.id === chat.id;
  const messages = isOpen ? world.open.messages : [];
  const menu = isOpen ? world.open.menu : null;
  const [speaker, setSpeaker] = useState(null);
  const [anonymous, setAnonymous] = useState(false);
  const [list, scrolled] = useEnd(messages);

  const group = chat.id < 0;
  const reader = group ? (chat.members.find((each) => each.id === speaker) ?? chat.members[0]) : { id: chat.id };
  const leads = group && ["creator", "administrator"].includes(reader?.status);
  const from = group ? { from: reader?.id } : {};
  const path = `/world/chats/${chat.id}`;
  const say = (text, file = {}) => act(`${path}/say`, { text, ...file, ...from, anonymous: leads && anonymous });
  const command = (text) => say(group && bot && !text.includes("@") ? `${text}@${bot.username}` : text);
  const press = (asked) => act(`${path}/press`, { ...asked, ...from });
  const find = (id) => messages.find((each) => each.id === id);
  const isFirst = (message, before) => !before || before.service !== null || before.from.id !== message.from.id;

  return html`<main class="chat">
    <header>
      <a class="back" href="#" aria-label="Back to the list">‹</a>
      <${Sign} chat=${chat} />
      <div class="who">
        <h2 dir="auto">${chat.title}</h2>
        <small>${about(chat)}</small>
      </div>
      <${Actions} chat=${chat} world=${world} act=${act} reader=${reader} />
    </header>
    <div class="messages" ref=${list} onScroll=${scrolled} role="log" aria-label="Messages" tabindex="0">
      ${isOpen && messages.length === 0 && html`<${Welcome} menu=${menu} />`}
      ${messages.map((message, i) => html`<${Bubble} key=${message.id} message=${message} chat=${chat}
        mine=${message.from.id === reader?.id} first=${isFirst(message, messages[i - 1])}
        find=${find} press=${press} say=${command} notify=${notify} />`)}
    </div>
    <${Compose} chat=${chat} act=${act} menu=${menu} empty=${isOpen && messages.length === 0} say=${say} command=${command}
      reader=${reader} setSpeaker=${setSpeaker} leads=${leads} anonymous=${anonymous} setAnonymous=${setAnonymous} />
  </main>`;
}
