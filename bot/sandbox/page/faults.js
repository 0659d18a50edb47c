// The figures on top of the page, and the panel where things are made to go wrong.

import { html, useState } from "./vendor/htm-preact.js";
import { Dialog, fields } from "./dialog.js";

const KINDS = {
  429: "429 Too Many Requests", blocked: "403 blocked by the user", deactivated: "403 account gone",
  kicked: "403 kicked from the group", "not a member": "403 not a member", deleted: "403 group deleted",
  "not started": "403 never started", "chat not found": "400 chat not found", "no rights": "400 no rights to write",
  "no photos": "400 no photos here", "no documents": "400 no files here", "wrong file": "400 wrong file",
  migrate: "400 became a supergroup", unauthorized: "401 token revoked", 500: "500 server error", 502: "502 bad gateway",
  empty: "Empty answer", html: "HTML instead of JSON", reset_before: "Connection breaks before it took effect",
  reset_after: "Connection breaks after it took effect", latency: "Slow answer",
};
const METHODS = ["sendMessage", "editMessageText", "deleteMessage", "answerCallbackQuery", "getUpdates", "getMe"];
const TIMED = new Set(["429", "latency"]);

function Figure({ name, short, value, bad }) {
  return html`<div class=${bad ? "bad" : null}><dt title=${name}><span class="long">${name}</span><span class="short">${short}</span></dt><dd>${value ?? "–"}</dd></div>`;
}

/** Accepted, refused, the busiest second; and the way to the faults. */
export function Figures({ world, open }) {
  const { accepted, refused, busiest_second: busiest } = world.stats;
  const count = world.faults.length;
  return html`<dl class="figures">
      <${Figure} name="accepted" short="sent" value=${accepted} />
      <${Figure} name="refused 429" short="429" value=${refused} bad=${refused > 0} />
      <${Figure} name="busiest second" short="peak" value=${busiest} />
    </dl>
    <button class=${count ? "faults on" : "faults"} onClick=${open}>Faults${count > 0 && html` <b>${count}</b>`}</button>`;
}

function inWords(fault, chats) {
  const where = chats.find((each) => each.id === fault.chat)?.title;
  return [
    fault.method ?? "any method",
    fault.chat === null ? "any chat" : (where ?? fault.chat),
    fault.times === null ? "for ever" : fault.times === 1 ? "once" : `${fault.times} times`,
    fault.share < 1 && `${Math.round(fault.share * 100)} % of requests`,
    TIMED.has(fault.kind) && `${fault.seconds} s`,
  ].filter(Boolean).join(" · ");
}

function InForce({ world, act }) {
  if (world.faults.length === 0) return html`<p class="hint">Nothing goes wrong at the moment.</p>`;
  return html`<ul class="in-force">
      ${world.faults.map((fault) => html`<li><b>${KINDS[fault.kind]}</b><small>${inWords(fault, world.chats)}</small></li>`)}
    </ul>
    <button type="button" onClick=${() => act("/world/faults", undefined, "DELETE")}>End all faults</button>`;
}

function read(event) {
  const { kind, chat, method, times, share, seconds, to } = fields(event);
  return {
    kind,
    chat: chat ? Number(chat) : null,
    method: method ?? null,
    times: times ? Number(times) : null,
    share: Number(share ?? 100) / 100,
    ...(seconds ? { seconds: Number(seconds) } : {}),
    ...(to ? { to: Number(to) } : {}),
  };
}

/** The panel: what is in force, and a form for one more. */
export function Faults({ world, act, chat, close }) {
  const [kind, setKind] = useState("429");
  const groups = world.chats.filter((each) => each.kind === "supergroup");
  const name = (each) => html`<option value=${each.id} selected=${each.id === chat?.id}>${each.title}</option>`;
  return html`<${Dialog} title="Faults on demand" close=${close}>
    <${InForce} world=${world} act=${act} />
    <form class="grid" onSubmit=${(event) => act("/world/faults", read(event))}>
      <label class="wide">What the bot gets
        <select name="kind" onChange=${(event) => setKind(event.target.value)}>
          ${Object.entries(KINDS).map(([value, words]) => html`<option value=${value} selected=${value === kind}>${words}</option>`)}
        </select>
      </label>
      <label>Chat<select name="chat"><option value="">any chat</option>${world.chats.map(name)}</select></label>
      <label>Method
        <select name="method"><option value="">any method</option>${METHODS.map((each) => html`<option>${each}</option>`)}</select>
      </label>
      <label>Times <input name="times" type="number" min="1" value="1" placeholder="for ever" /></label>
      <label>Share of requests, % <input name="share" type="number" min="1" max="100" value="100" /></label>
      ${TIMED.has(kind) && html`<label>Seconds<input name="seconds" type="number" min="0.1" step="any" value="2" /></label>`}
      ${kind === "migrate" && html`<label>New supergroup<select name="to" required>${groups.map((each) => html`<option value=${each.id}>${each.title}</option>`)}</select></label>`}
      <button class="main wide">Add this fault</button>
    </form>
  <//>`;
}
