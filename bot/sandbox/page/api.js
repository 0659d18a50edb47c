// Asking the sandbox: JSON over HTTP, and its stream of changes. Knows nothing about what is shown.

const RETRY_MS = 3000;

/** The answer to one request. Throws an Error with the sandbox's own words when it refuses. */
export async function ask(method, path, body) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(path, { method, ...sent });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `answered ${response.status}`);
  return answer;
}

/**
 * Calls `changed` after each change and `reached` with whether the sandbox is there. Returns what ends it.
 * A page nobody looks at lets its stream go: a browser opens only six connections to one address.
 */
export function listen(changed, reached) {
  let stream = null;
  let retry = 0;
  const open = () => {
    stream = new EventSource("/world/events");
    stream.onmessage = () => {
      reached(true);
      changed();
    };
    stream.onerror = () => {
      reached(false);
      // A broken stream comes back by itself, a refused one does not.
      if (stream.readyState === EventSource.CLOSED) retry = setTimeout(look, RETRY_MS);
    };
  };
  const close = () => {
    clearTimeout(retry);
    stream?.close();
  };
  const look = () => {
    close();
    if (!document.hidden) open();
  };
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    close();
  };
}
