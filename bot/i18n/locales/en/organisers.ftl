# What organisers read, after they have enrolled.

button-send = Send
button-urgent = Urgent
button-audience = Audience
button-cancel = Cancel
button-approve = Approve
button-pause = Pause
button-resume = Resume

role-author = author
role-approver = approver
role-answerer = answerer
role-keeper = keeper

## Enrolment

enrol-digits = Now send the six digits that your authenticator shows. Your messages with the code and the digits are deleted.
enrol-waiting = Waiting for approval. The other organisers have been asked.
enrol-ask = { $name } wants to become { $role }. Approve only if you know who this is and expected it.
enrol-wanted = { $name } wants to become { $role }. The organisers whose role decides this have been asked.
enrol-closed = No more digits are accepted for this invitation. Ask the person who gave you the code for a new one.
enrol-agreed = You have agreed that { $name } joins.
enrolled = You are enrolled as { $name } ({ $role }). /help shows what you can do.
enrolled-other = { $name } is now an organiser ({ $role }).

## Codes

code-ask = Send the six digits from your authenticator. The message is deleted at once.
code-for-send = They are for sending “{ $name }”, fingerprint { $fingerprint }.
code-for-urgent = They are for sending “{ $name }” as urgent, fingerprint { $fingerprint }.
code-for-approve = With them you agree that “{ $name }” is sent, fingerprint { $fingerprint }.
code-for-release = They are for letting “{ $name }” go on, which is held. Fingerprint: { $fingerprint }.
code-for-undo = They are for taking back “{ $name }”, fingerprint { $fingerprint }.
code-for-move = They are for sending “{ $name }” at another time, fingerprint { $fingerprint }.
code-for-enrol = With them you agree that { $name } becomes an organiser.
code-for-remove = With them you agree that { $name } is no organiser any more.
code-for-unfreeze = With them you agree that { $name } is not suspended any more.
code-for-policy = With them you agree to { $name } from now on.
code-for-panic = With them you agree that everything is destroyed.
code-for-checkin = They are for showing that an organiser is here.
code-wordless = no words
code-not-you = If you did not ask for this, send no digits, and tell another organiser, not through Telegram.
code-wrong = That code is wrong or too old. Wait for the next one and send that.
code-reused = This code has been used. Please wait for the next one and send that.
code-locked = Too many wrong codes. For an hour no code is accepted from you. If there are other organisers, they have been told.
alert-codes = Somebody has sent five wrong codes as { $name }. No code is accepted from there for an hour. Ask { $name }, not through Telegram, whether that was them.
alert-code = Somebody has sent a wrong code as { $name }. Once may be a slip; if it goes on, ask { $name }, not through Telegram.
alert-digits = Somebody has sent wrong digits for the invitation of { $name }.
alert-returned = The account of { $name } is in use again, after 30 days or more. Ask { $name }, not through Telegram, whether that is them.
alert-renamed = The account of { $name } has another name in Telegram now. Ask { $name }, not through Telegram, whether that was them.
alert-gap = The audit is not whole: entry { $entry } is missing or not what was written. Somebody wrote into the database, or an older copy was put in its place. Tell the keeper, and keep the heads that you have.
alert-keyholders = Who can open this bot has changed: somebody with enough passphrases has given, changed or taken away a key slot. If you did not expect it, ask the keepers.
alert-locking = The bot is being locked. Until it is unlocked it hears and sends nothing.
alert-unlocked =
    The bot is unlocked and running.
    Audit: { $head }
alert-restarted =
    The bot is running again. It had not been locked: the machine or the service went down, or was stopped.
    Audit: { $head }
alert-unfrozen = Somebody with a passphrase has ended one side of a freeze at the server. /organisers shows how it stands.
alert-second-poller = Another program is fetching this bot's messages. If none of you has started it, somebody may hold the token: have it revoked at @BotFather.
alert-renewal = Of the readers who were asked a while ago whether they stay, hardly anybody has answered. Something may be swallowing questions or answers, so nobody is erased. Have the keeper look at the network and the relay.
alert-destroyed = The keeper has had everything destroyed that the bot held. It does not answer any more. Ask for news by another way than Telegram.
alert-burned = Everything that the bot held was destroyed. It does not answer any more. Ask for news by another way than Telegram.
alert-silence = No organiser has sent a code for a long time. In { $days } days and { $hours } hours the bot locks itself. If all is well, one of you sends /checkin and then a code.
alert-silent = No organiser has sent a code for a long time, so the bot is locking itself. It hears and sends nothing until somebody unlocks it at the server.
alert-silent-grace = No organiser has sent a code for a long time, so the bot is locking itself. It hears and sends nothing until somebody unlocks it at the server. If nobody does within { $grace } days, it destroys its keys, and the list with them.
alert-census =
    The list of readers is not what the bot wrote down last: readers may be missing, or some may be back who had left. Somebody may have changed the database, or put an older one in its place.
    Nothing is sent until the keeper has looked into it. What was under way is held back; you can cancel it and write it again later. /stop and /forget work as always.

## A draft

draft-title = Above is exactly what readers will get. Nothing has been sent.
audience = For: { $audience }
audience-everyone = everyone
audience-groups = groups only
audience-people = people only
audience-languages = readers of: { $languages }
audience-ask = Who is it for? A language is added or taken away with each press. A new control message follows; buttons above it no longer work.
draft-audience = Readers: { $people }
draft-time = Time to send: { $time }
draft-price = Faster than 30 messages a second: Telegram takes about 0.1 Star for each message above that, and sets the price.
draft-languages-all = Everybody gets the same text.
draft-languages-and-rest = Own text for: { $languages }. All others get the first one.
draft-languages-only = Only for readers of: { $languages }. Readers of other languages get nothing.
draft-photo = The code at the end stands for the words only. It does not show whether the picture is the right one.
draft-document = The code at the end stands for the words only. It does not show whether the file is the right one. A file keeps what is stored in it: who made it and when, sometimes where. Please look at its properties first.
draft-wordless = Without words the code proves nothing.
draft-digest = Fingerprint: { $digest }
draft-next =
    { $needed ->
        [one] After Send and your code it starts in { $seconds } s.
       *[other] After Send and your code, { $needed } organisers must have agreed, you among them. Then it starts in { $seconds } s.
    }
draft-urgent = Urgent: no waiting time, before everything else that is being sent. { $needed } organisers must have agreed, you among them.

refused-empty = There is no text. Write /broadcast and then the text, or send /broadcast as a reply to a message.
refused-empty-language = The line == { $language } == has no text after it. Nothing was prepared.
refused-unknown-language = I do not know the language "{ $language }". Nothing was prepared.
refused-twice = The language "{ $language }" has two texts. Nothing was prepared.
refused-too-long = The text is too long: { $units } of at most 4,000 characters. Make it shorter, or publish it as a statement.
refused-caption-too-long = The text under the picture or file is too long: { $units } of at most 994 characters. Make it shorter, or send it without the picture or file.
refused-album = An album cannot be broadcast, only a single picture or file. Nothing was prepared.
refused-other = Only text, a picture or a file can be broadcast. Nothing was prepared.
not-allowed = Your role does not allow that.
too-late = That is not possible any more. Nothing was changed.

## On its way

approve-none = Nothing waits for your agreement.
approve-ask =
    { $name } wants to send this. For: { $audience }. { $agreed } of { $needed } have agreed.
    Fingerprint: { $digest }
    Approve only what you have read. Your code is asked for next.
waiting = Waiting for approval: { $agreed } of { $needed } have agreed.
starts-in = Starts in { $seconds } s. Until then, and while it is being sent, Cancel stops it.
starts-urgent = Urgent: it starts now. What was being sent waits, and then goes on by itself. Cancel stops it.
urgent-note = Urgent. It starts as soon as the last approval is in, without time to stop it first, and before everything else.
urgent-too-few = Nothing was sent. { $needed } organisers must agree to something urgent, you among them; only { $organisers } can. Send is still possible.
wave-out = The first part of the readers has been written to. The others follow in { $seconds } s by themselves.
cancelled = Cancelled by { $name }. Nothing more is sent.
resumed = { $name } lets it go on.
paused-by = Paused by { $name }. Nobody else is written to until it goes on. After 24 hours it ends by itself.
progress = Sending { $bar }
progress-soon = It goes on in a moment.
progress-none = Nothing is under way.
held =
    Held back: it was not finished when the bot became another one. The new bot can write only to those who have pressed Start with it.
    Resume goes on with it: it takes a code, and the approvals too if it had none yet. Cancel ends it.

## How it ended

report = Report
report-done = Sending has ended.
report-cancelled = It was cancelled. Those who already got it keep it.
report-stopped = It was stopped because Telegram refused the message itself. Nothing more is sent, and nobody was removed from the list.
reason-our-mistake = Change the message and send it again.
reason-too-long-paused = It had been paused for 24 hours.
audit-head = Audit: { $head }
audit-none = Audit: nothing yet
tally-sent = Delivered: { $people }
tally-gone = Gone: { $people }
tally-refused = Refused: { $people }
tally-in-doubt = In doubt: { $people }
tally-failed = Not reached: { $people }
report-speed = { $time }, about { $rate } a second
report-time = { $time }
paused-breaker =
    Paused. Many readers seem to be gone at once. That may be true, or something may be wrong on the way to Telegram. Nobody was removed from the list for it.
    Resume tries them once more and goes on. Cancel ends it.
paused-first-wave =
    Paused. More than a fifth of the first part of the readers could not be written to. Nobody was removed from the list for it.
    Resume writes to the others. Cancel ends it.
paused-organiser =
    Paused by an organiser. Nobody was removed from the list for it.
    Resume goes on where it stopped. Cancel ends it.
paused-faults =
    Paused. One message after another fails, and it is not clear why. Nobody was removed from the list for it.
    Resume goes on where it stopped. Cancel ends it.

help-organiser =
    /broadcast TEXT – prepare an update. You see it first; nothing leaves without Send, your code and the approvals
    /approve – what waits for your agreement
    /pause, /resume – stop it for a while, go on
    /progress – what is under way
    /cancel – stop the newest broadcast that has not ended
    /publish N, /schedule N DAY TIME ZONE – a statement to all readers, at once or later; /queue – what waits
    /undo – for 48 hours: delete what was sent from every chat; takes your code
    /edit TEXT – for 48 hours: change what was sent, with a preview, your code and the approvals; for an older one, as an answer to its preview
    /stats – about how many read this
    /freeze NAME – suspend an organiser and yourself, at once, until two others have decided
    /policy – what you all rely on
    /organisers – names and roles; removing somebody takes the codes of several
    /private TEXT – to all other organisers
    /panic – where the policy says so: propose to destroy everything; takes the codes of two
    /checkin – show that you are there, where a dead man's switch is set; takes your code
    /checklist – what makes your account safer

    Or send /broadcast as a reply to a message, or write it under a picture or file. A line == ru == begins the text for Russian readers; what stands before it is for all others. Plain text is never sent to anybody.

    What readers can do: /latest, /statements, /updates, /slogan, /slogans, /verify, /keys, /leaflet, /poster, /subscribe, /stop, /language, /quiet, /privacy, /mydata, /forget.

help-approver =
    A broadcast that needs your approval is sent to you with an Approve button; then your code is asked for.
    /approve – all that waits for your agreement, once more
    /pause – stop one for a while
    /progress – what is under way
    /cancel – stop the newest broadcast that has not ended
    /freeze NAME – suspend an organiser and yourself, at once, until two others have decided
    /policy – what you all rely on
    /organisers – names and roles; removing somebody takes the codes of several
    /private TEXT – to all other organisers
    /panic – where the policy says so: propose to destroy everything; takes the codes of two
    /checkin – show that you are there, where a dead man's switch is set; takes your code
    /checklist – what makes your account safer

    What readers can do: /latest, /statements, /updates, /slogan, /slogans, /verify, /keys, /leaflet, /poster, /subscribe, /stop, /language, /quiet, /privacy, /mydata, /forget.

help-keeper =
    /progress – what is under way
    /lock – lock the bot: it hears and sends nothing until somebody unlocks it at the server
    /freeze NAME – suspend an organiser and yourself, at once, until two others have decided
    /policy – what you all rely on
    /organisers – names and roles
    /private TEXT – to all other organisers
    /panic – as /lock; where the policy says so, propose to destroy everything
    /checkin – show that you are there, where a dead man's switch is set; takes your code
    /checklist – what makes your account safer

    What readers can do: /latest, /statements, /updates, /slogan, /slogans, /verify, /keys, /leaflet, /poster, /subscribe, /stop, /language, /quiet, /privacy, /mydata, /forget.

help-answerer =
    /freeze NAME – suspend an organiser and yourself, at once, until two others have decided
    /policy – what you all rely on
    /organisers – names and roles
    /private TEXT – to all other organisers
    /checkin – show that you are there, where a dead man's switch is set; takes your code
    /checklist – what makes your account safer

    What readers can do: /latest, /statements, /updates, /slogan, /slogans, /verify, /keys, /leaflet, /poster, /subscribe, /stop, /language, /quiet, /privacy, /mydata, /forget.
