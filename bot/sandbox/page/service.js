// What Telegram itself says in a chat, in words.

const names = (people) => people.map((each) => each.first_name).join(", ");

const WORDS = {
  new_chat_members: (people) => `${names(people)} joined`,
  left_chat_member: (person) => `${person.first_name} left`,
  migrate_to_chat_id: () => "The group became a supergroup",
  migrate_from_chat_id: () => "This supergroup was a basic group before",
  forum_topic_created: (topic) => `Topic “${topic.name}” opened`,
};

/** One line for a message that has `service`. */
export function inWords({ service }) {
  const [kind, value] = Object.entries(service)[0] ?? ["", null];
  return WORDS[kind]?.(value) ?? kind.replaceAll("_", " ");
}
