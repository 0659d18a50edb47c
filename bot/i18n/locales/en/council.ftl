# What organisers read about each other.

button-freeze = Freeze
do-unfreeze = Unfreeze { $name }
do-remove = Remove { $name }
suspended = You are suspended: somebody has frozen you, or you have frozen somebody. Until two others have decided you can read here like anybody, and nothing more.
freeze-which = Whom? Write /freeze and the name of another organiser who is not suspended. /organisers shows the names.
frozen-you = You and { $name } are suspended until two other organisers have decided, each with a code. Where there are no two others, the person who keeps the server can lift it.
frozen =
    { $name } has frozen { $other }. Both are suspended: nothing they write or agree to goes out.
    Ask both, not through Telegram, what happened. What two of you agree to, each with a code, is done; both can be freed, one after the other. Where there are no two of you, the person who keeps the server can lift it.
paused-frozen =
    Paused, because an organiser was frozen or removed who wrote this. Nobody was removed from the list for it.
    Once that is decided, /resume goes on with it, and asks again for an approval that does not count any more. Cancel ends it.
motion-remove =
    { $name } proposes that { $other } is no organiser any more. { $agreed } of { $needed } have agreed.
    Ask { $other }, not through Telegram, before you approve. Your code is asked for next.
motion-unfreeze =
    { $name } proposes that { $other } is not suspended any more. { $agreed } of { $needed } have agreed.
    Approve only if you know that the account is in the right hands. Your code is asked for next.
remove-agreed = You have agreed that { $name } is removed: { $agreed } of { $needed }. The others are asked.
remove-done = { $name } is no organiser any more.
author-removed = Somebody who has been removed since
removed-you = You are no organiser any more. The others have agreed to that, each with a code.
unfreeze-agreed = You have agreed that { $name } is not suspended any more: { $agreed } of { $needed }. The others are asked.
unfreeze-done = { $name } is not suspended any more.
unfrozen-you = You are not suspended any more.
organisers = Organisers, by name and role. Remove asks for your code, and then for those of the others.
organiser-enrolled = { $name } – { $role }
organiser-suspended = { $name } – { $role }, suspended
organiser-waiting = { $name } – { $role }, waits for approval
private-empty = There is no text. Write /private and then what all other organisers are to read.
private-too-long = The text is too long for one message. Nothing was sent.
private-sent = It is on its way to all other organisers. Nothing of it is kept here.
private-alone = There is no other organiser who could read it.
private = { $name }, to all organisers:
stats =
    Readers: { $people }
    Groups among them: { $groups }
locked-by = { $name } is locking the bot. Until it is unlocked it hears and sends nothing.
checklist =
    What makes an organiser's account safer. It takes a quarter of an hour.

    1. Telegram, Settings, Privacy and Security, Two-Step Verification: set a password that you use nowhere else. Without it whoever gets your text messages gets your account.
    2. Settings, Devices: end every session that you do not know, and let unused ones end after a week.
    3. Privacy: phone number visible to nobody, and found by nobody but your contacts. Switch the syncing of contacts off.
    4. Passcode Lock in Telegram, and a long code on the phone; no face and no finger where you may be searched.
    5. Message previews on the locked screen: off.
    6. The authenticator that makes your six digits: best on another device than Telegram.
    7. Let messages in this chat delete themselves, and do not keep what you do not need.
    8. Agree with the others on a way to reach each other that is not Telegram, and on what to do when somebody does not answer.

    If your phone is gone, tell another organiser first: /freeze with your name stops whoever holds it.

policy =
    What the organisers rely on. A weaker value in the settings opens nothing; a stricter one holds at once.
    To loosen one: /policy KEY VALUE. It takes your code and those of the others.
policy-which = That is no key of the policy, no value of it, or not a weaker one. /policy shows all. A stricter value needs no agreement: the person who keeps the server sets it.
policy-ask = You propose: { $key } = { $value } from now on. That is weaker than today.
motion-policy =
    { $name } proposes: { $key } = { $value } from now on. That is weaker than today. { $agreed } of { $needed } have agreed.
    Your code is asked for next.
policy-agreed = You have agreed to { $key } = { $value }: { $agreed } of { $needed }. The others are asked.
policy-done = Agreed: { $key } = { $value } is allowed from now on. It takes effect when the person who keeps the server changes the settings.
panic-off = Here /panic could only lock the bot, and locking is for the role keeper. Ask whoever has it. /freeze stops an organiser at once.
panic-alone = That takes a second organiser who can agree, and there is none. Nothing was done.
panic-ask =
    You propose that everything is destroyed: keys, list, statements, settings. Nobody can undo it, and every reader would have to subscribe again.
    It happens at once when a second organiser agrees with a code, within an hour. Copies elsewhere it cannot reach.
motion-panic =
    { $name } proposes that everything is destroyed: keys, list, statements, settings. Nobody can undo it, and every reader would have to subscribe again. { $agreed } of { $needed } have agreed.
    Approve only if you are sure that this is { $name }, and that it is needed. With your code it happens at once.
panic-agreed = You have agreed that everything is destroyed: { $agreed } of { $needed }. The others are asked. After an hour the question is void.
checkin-off = There is nothing to do: no dead man's switch is set here.
checkin-done = Noted. If no organiser sends a code for { $days } days, the bot locks itself. Each code that you send for anything counts.
