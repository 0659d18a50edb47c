// A window on top of the page: the browser's own dialog, so that Escape, focus and screen readers just work.

import { html, useEffect, useRef } from "./vendor/htm-preact.js";

/** Shown as long as it is rendered; `close` is called when the reader is done with it. */
export function Dialog({ title, close, children }) {
  const place = useRef(null);
  useEffect(() => {
    place.current.showModal();
    place.current.querySelector("input, select").focus();
  }, []);
  const outside = (event) => event.target === place.current && close();
  return html`<dialog ref=${place} onClose=${close} onClick=${outside} aria-label=${title}>
    <div class="inside">
      <header>
        <h2>${title}</h2>
        <button class="plain" type="button" onClick=${close} aria-label="Close">✕</button>
      </header>
      ${children}
    </div>
  </dialog>`;
}

/** The fields of a submitted form by name; what was left empty is not there. */
export function fields(event) {
  event.preventDefault();
  return Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ""));
}
