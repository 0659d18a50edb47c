// A text with its entities as nodes. Every piece becomes a text node; nothing a bot writes is read as markup.

import { html, useState } from "./vendor/htm-preact.js";

// Clients find these by themselves, in bots' texts too.
const FOUND = /(?<![\w/<>])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w@/<>])|https?:\/\/[^\s<>"]+|(?<!\w)@[A-Za-z]\w{3,31}\b/g;
const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);

const WRAPS = {
  bold: (inside) => html`<strong>${inside}</strong>`,
  italic: (inside) => html`<em>${inside}</em>`,
  underline: (inside) => html`<u>${inside}</u>`,
  strikethrough: (inside) => html`<s>${inside}</s>`,
  code: (inside) => html`<code>${inside}</code>`,
  pre: (inside) => html`<pre>${inside}</pre>`,
  blockquote: (inside) => html`<blockquote>${inside}</blockquote>`,
  expandable_blockquote: (inside) => html`<blockquote>${inside}</blockquote>`,
  spoiler: (inside) => html`<${Spoiler}>${inside}<//>`,
  // The address is shown, not followed: nothing here leaves the machine.
  text_link: (inside, entity) => html`<span class="link">${inside}</span> <span class="address">${entity.url}</span>`,
};

function Spoiler({ children }) {
  const [shown, setShown] = useState(false);
  if (shown) return html`<span class="spoiler shown">${children}</span>`;
  return html`<span class="spoiler" aria-label="Hidden text, show it" ...${pressable(() => setShown(true))}>
    <span aria-hidden="true">${children}</span>
  </span>`;
}

/** What makes a piece of text a button; a real one would not flow with the line. */
function pressable(act) {
  const key = (event) => {
    if (!["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    act();
  };
  return { role: "button", tabindex: 0, onClick: act, onKeyDown: key };
}

function plain(text, say) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(FOUND)) {
    nodes.push(text.slice(at, match.index), found(match[0], say));
    at = match.index + match[0].length;
  }
  return [...nodes, text.slice(at)];
}

function found(text, say) {
  if (text.startsWith("/") && say) {
    return html`<span class="link command" ...${pressable(() => say(text))}>${text}</span>`;
  }
  return html`<span class="link">${text}</span>`;
}

/**
 * The nodes of `text` from `start` to `end` in UTF-16 units, with entities sorted as Telegram sorts them; what
 * overlaps without lying inside is left plain. `say` is called with a command that is pressed.
 */
export function nodes(text, entities, say, start = 0, end = text.length, raw = false) {
  const out = [];
  let at = start;
  for (let i = 0; i < entities.length; ) {
    const entity = entities[i++];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || stop <= entity.offset) continue;
    const inner = [];
    while (i < entities.length && entities[i].offset < stop) inner.push(entities[i++]);
    out.push(...between(text.slice(at, entity.offset), say, raw));
    const isRaw = raw || ["code", "pre", "text_link"].includes(entity.type);
    const inside = nodes(text, inner, say, entity.offset, stop, isRaw);
    out.push(WRAPS[entity.type]?.(inside, entity) ?? inside);
    at = stop;
    // A block ends its line itself.
    if (BLOCKS.has(entity.type) && text[at] === "\n") at += 1;
  }
  return [...out, ...between(text.slice(at, end), say, raw)];
}

function between(text, say, raw) {
  return raw ? [text] : plain(text, say);
}
