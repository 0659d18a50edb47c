// Start and layout: figures on top, chats on the left, the open one on the right.

import { html, render, useCallback, useEffect, useRef, useState } from "./vendor/htm-preact.js";
import { ask } from "./api.js";
import { Chat } from "./chat.js";
import { Faults, Figures } from "./faults.js";
import { NewGroup, NewPerson, People } from "./people.js";
import { useChosen, useWorld } from "./world.js";

const NOTICE_MS = 6000;
const DIALOGS = { person: NewPerson, group: NewGroup, faults: Faults };

function useNotice() {
  const [notice, setNotice] = useState(null);
  const timer = useRef(0);
  const notify = useCallback((text, more = {}) => {
    clearTimeout(timer.current);
    setNotice(text ? { text, ...more } : null);
    if (text) timer.current = setTimeout(() => setNotice(null), NOTICE_MS);
  }, []);
  return [notice, notify];
}

function Notice({ notice, notify }) {
  return html`<div class="notices" role="status">
    ${notice &&
    html`<div class=${`notice ${notice.kind ?? ""}`}>
      <p>
        ${notice.title && html`<strong>${notice.title}</strong>`}
        <span dir="auto">${notice.text}</span>
      </p>
      <button class="plain" onClick=${() => notify(null)}>Close</button>
    </div>`}
  </div>`;
}

function Empty({ world }) {
  if (!world.loaded) return html`<main class="chat empty" aria-busy="true"></main>`;
  const some = world.chats.length > 0;
  return html`<main class="chat empty">
    <div>
      <h2>${some ? "Choose a chat" : "Nobody is here yet"}</h2>
      <p>${some ? "You see it as its reader does, and act in it." : "Add a person, and let them press Start."}</p>
    </div>
  </main>`;
}

function Page() {
  const id = useChosen();
  const [world, refresh] = useWorld(id);
  const [notice, notify] = useNotice();
  const [dialog, setDialog] = useState(null);
  const chat = world.chats.find((each) => each.id === id);

  /** Does one thing to the world; what goes wrong is said on top of the page. */
  const act = useCallback(async (path, body = {}, method = "POST") => {
    try {
      return await ask(method, path, method === "POST" ? body : undefined);
    } catch (error) {
      notify(error.message, { kind: "bad", title: "That did not work" });
      return null;
    } finally {
      refresh();
    }
  }, []);

  useEffect(() => {
    document.title = chat ? `${chat.title} · Handbill sandbox` : "Handbill sandbox";
  }, [chat?.title]);

  const close = useCallback(() => setDialog(null), []);
  const shared = { world, act, notify };
  const Dialog = DIALOGS[dialog];
  const bot = world.bots.find((each) => !each.revoked);
  return html`<div class=${chat ? "page with-chat" : "page"}>
    <header class="top">
      <h1>Handbill <span>sandbox</span></h1>
      <${Figures} world=${world} open=${() => setDialog("faults")} />
    </header>
    ${!world.reached && html`<p class="banner" role="alert">The sandbox does not answer. Trying again…</p>`}
    ${world.loaded &&
    !bot &&
    html`<p class="banner">No bot has asked for anything yet. Point one at <code>${location.origin}</code>.</p>`}
    <${People} ...${shared} chosen=${id} open=${setDialog} />
    ${chat
      ? html`<${Chat} key=${id} ...${shared} chat=${chat} bot=${bot} />`
      : html`<${Empty} world=${world} />`}
    ${Dialog && html`<${Dialog} ...${shared} chat=${chat} close=${close} />`}
    <${Notice} notice=${notice} notify=${notify} />
  </div>`;
}

const place = document.getElementById("page");
place.replaceChildren();
render(html`<${Page} />`, place);
