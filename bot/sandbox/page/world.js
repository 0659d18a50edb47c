// What the page shows, kept fresh: everything is asked anew after a change, one round at a time.

import { useCallback, useEffect, useRef, useState } from "./vendor/htm-preact.js";
import { ask, listen } from "./api.js";

const NEWEST = 200;
const COLOURS = 6;
const NOTHING = { loaded: false, reached: true, bots: [], stats: {}, chats: [], faults: [] };

async function overview() {
  const [world, chats, faults] = await Promise.all([
    ask("GET", "/world"),
    ask("GET", "/world/chats"),
    ask("GET", "/world/faults"),
  ]);
  // Neighbours in the order of their making look different.
  const coloured = chats.chats.map((chat, i) => ({ ...chat, colour: i % COLOURS }));
  return { loaded: true, bots: world.bots, stats: world.stats, chats: coloured, ...faults };
}

async function opened(id, known) {
  if (!known) return null;
  const [read, menu] = await Promise.all([
    ask("GET", `/world/chats/${id}/messages?last=${NEWEST}`),
    ask("GET", `/world/chats/${id}/menu`),
  ]);
  return { id, messages: read.messages, menu };
}

/** The world with the open chat `id`, and `refresh` for whoever has just changed something. */
export function useWorld(id) {
  const [world, setWorld] = useState(NOTHING);
  const wanted = useRef(id);
  const round = useRef({ running: false, again: false });
  wanted.current = id;

  const refresh = useCallback(async () => {
    if (round.current.running) {
      round.current.again = true;
      return;
    }
    round.current.running = true;
    do {
      round.current.again = false;
      try {
        const all = await overview();
        const alive = all.bots.some((bot) => !bot.revoked);
        const known = alive && all.chats.some((chat) => chat.id === wanted.current);
        const chat = await opened(wanted.current, known);
        setWorld((old) => ({ ...old, ...all, open: chat, reached: true }));
      } catch {
        setWorld((old) => ({ ...old, reached: false }));
      }
    } while (round.current.again);
    round.current.running = false;
  }, []);

  useEffect(() => listen(refresh, (reached) => setWorld((old) => ({ ...old, reached }))), []);
  useEffect(() => void refresh(), [id]);
  return [world, refresh];
}

/** The id of the open chat; it stands in the address, so that Back goes back to the list. */
export function useChosen() {
  const read = () => Number(location.hash.slice(1)) || null;
  const [id, setId] = useState(read);
  useEffect(() => {
    const look = () => setId(read());
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return id;
}
