// Writing: who speaks, what can be said with one press, and the line itself.

import { html, useEffect, useRef, useState } from "./vendor/htm-preact.js";

const USUAL = ["start", "latest", "subscribe", "stop", "help"].map((command) => ({ command, description: "" }));

function Speaker({ chat, reader, setSpeaker, leads, anonymous, setAnonymous }) {
  if (chat.id > 0) return null;
  return html`<div class="speaker">
    <label>Speaking:
      <select onChange=${(event) => setSpeaker(Number(event.target.value))}>
        ${chat.members.map((each) => html`<option value=${each.id} selected=${each.id === reader?.id}>${each.name}</option>`)}
      </select>
    </label>
    <label class=${leads ? "check" : "check off"}>
      <input type="checkbox" checked=${leads && anonymous} disabled=${!leads}
        onChange=${(event) => setAnonymous(event.target.checked)} /> as anonymous admin
    </label>
  </div>`;
}

function offered(menu, text) {
  const own = menu?.commands.length ? menu.commands : USUAL;
  const every = own.some((each) => each.command === "start") ? own : [{ command: "start", description: "" }, ...own];
  return text.startsWith("/") ? every.filter((each) => `/${each.command}`.startsWith(text.trim())) : every;
}

function Suggestions({ menu, text, command }) {
  return html`<div class="suggestions" role="group" aria-label="Commands">
    ${offered(menu, text).map((each) => html`<button type="button" title=${each.description || null}
      onClick=${() => command(`/${each.command}`)}>/${each.command}</button>`)}
  </div>`;
}

function Stopped({ text, label, onClick, href }) {
  return html`<footer class="compose stopped">
    <p>${text}</p>
    ${href ? html`<a class="button main" href=${href}>${label}</a>` : html`<button class="main" onClick=${onClick}>${label}</button>`}
  </footer>`;
}

const PICTURES = ["image/png", "image/jpeg"];

/** What the control API takes for a chosen file: a picture as a photo, anything else as a document. */
function chosen(file) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => {
      const content = reader.result.slice(reader.result.indexOf(",") + 1);
      resolve(PICTURES.includes(file.type) ? { photo: content } : { document: content, name: file.name });
    };
    reader.readAsDataURL(file);
  });
}

function Attach({ file, setFile }) {
  const pick = (event) => {
    setFile(event.target.files[0] ?? null);
    event.target.value = "";
  };
  if (file) {
    return html`<button type="button" class="attach" title=${`Take ${file.name} away`} onClick=${() => setFile(null)}>${file.name} ✕</button>`;
  }
  return html`<label class="button attach" title="A picture or a file">+
    <input type="file" aria-label="A picture or a file" onChange=${pick} />
  </label>`;
}

function Line({ say, command, menu, title }) {
  const [text, setText] = useState("");
  const [file, setFile] = useState(null);
  const field = useRef(null);
  useEffect(() => {
    // Grows with its text; the style sheet sets how far.
    field.current.rows = Math.min(8, text.split("\n").length);
  }, [text]);
  const send = async (event) => {
    event?.preventDefault();
    if (!text.trim() && !file) return;
    setText("");
    setFile(null);
    if (await say(text, file ? await chosen(file) : {})) return;
    setText(text);
    setFile(file);
  };
  const key = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  };
  const pressed = async (words) => {
    if ((await command(words)) && text.startsWith("/")) setText("");
    field.current?.focus();
  };
  return html`<${Suggestions} menu=${menu} text=${text} command=${pressed} />
    <form onSubmit=${send}>
      <${Attach} file=${file} setFile=${setFile} />
      <textarea ref=${field} rows="1" dir="auto" maxlength="4096" value=${text} placeholder="Message" aria-label=${`Message to ${title}`}
        onInput=${(event) => setText(event.target.value)} onKeyDown=${key} />
      <button class="main send" aria-label="Send" disabled=${!text.trim() && !file}>Send</button>
    </form>`;
}

export function Compose({ chat, act, menu, empty, say, command, ...speaker }) {
  if (chat.id > 0 && chat.bot === "kicked") {
    const unblock = () => act(`/world/chats/${chat.id}/unblock`);
    return html`<${Stopped} text=${`${chat.title} has blocked the bot.`} label="Unblock" onClick=${unblock} />`;
  }
  if (chat.migrated_to !== null) {
    return html`<${Stopped} text="This group lives on as a supergroup." label="Go there" href=${`#${chat.migrated_to}`} />`;
  }
  if (chat.id > 0 && empty) {
    return html`<${Stopped} text="A bot may write only to people who have pressed Start." label="Start" onClick=${() => say("/start")} />`;
  }
  return html`<footer class="compose">
    <${Speaker} chat=${chat} ...${speaker} />
    <${Line} say=${say} command=${command} menu=${menu} title=${chat.title} />
  </footer>`;
}
