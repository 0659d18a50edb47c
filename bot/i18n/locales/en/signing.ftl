# What readers are told about signatures, and about texts that they show.

button-files = File and signatures
button-read = Read the statement

card-signed = Every statement here is signed by at least { $needed } of the group's { $number } signers. /keys says who they are, and how to check that without this bot.
statement-signed = Signed: { $names }

verify-how = Send the text behind /verify, or send /verify as a reply to it. A text that is forwarded or pasted here is checked without any command. What you ask is not kept.
verify-whole = This is statement { $number }, word for word.
verify-part = This is a part of statement { $number }, word for word; the rest is not here.
verify-added = Statement { $number }, or a part of it, is in this, word for word. Something was added that does not belong to it:
verify-altered = Altered. This was made from statement { $number }. Struck out is what the statement says, in bold is what stands here and not there:
verify-links = The statement has no such links. Do not open them. Under its words lies:
verify-withdrawn = The group has withdrawn statement { $number } on { $date }.
verify-signed = Statement { $number } is signed: { $names }. That is enough to speak for the group.
verify-signed-itself = Nobody has signed it like this. Statement { $number } itself is signed: { $names }. That is enough to speak for the group, in its own words only.
verify-unsigned = Statement { $number } is not signed by enough people: it is known only that this bot has it so.
verify-slogan = This is one of the group's slogans.
verify-slogan-signed = This is one of the group's slogans, in a file that enough people have signed.
verify-sent = This bot has sent exactly this, with the organisers' approval. It is not signed, so nobody can check it without this bot.
verify-unknown = I do not know this text. It may be by somebody else, or altered so much that nothing of ours is left in it.
verify-short = This is too short to tell. Send at least five words in a row, better the whole text.
verify-picture = The words were checked, the picture or file was not: signatures do not cover it.
verify-picture-only = Pictures, files and recordings cannot be checked: signatures do not cover them. Send the words as a text.
verify-outside = To check it without this bot: take the file and its signatures, and the keys from somebody you trust. /keys says how.

keys-title = Who signs for the group
keys-none = Nobody does yet: the statements here are chosen by the person who keeps the server. A code under a statement says only that a copy was not altered.
keys-rule = A statement speaks for the group when at least { $number } of these people have signed it:
keys-until = until { $date }
keys-revoked = revoked on { $date }: nothing signed from then on counts
keys-how =
    Whoever holds this bot could show you other keys. Compare them with those that you have from people you trust, on paper or in person.
    To check a statement without this bot: show it to me, press "File and signatures", and run on a computer, for each signer (NAME), in the unpacked folder:
keys-after = It must answer: Good "handbill" signature. The same check for many files: handbill statements verify.
files-gone = There is no such statement to be had.
files-signed = Statement { $number }: the file, its signatures and the keys. In the unpacked folder:
files-unsigned = Statement { $number }: the file. Nobody has signed it.

menu-verify = Check a text
menu-keys = Who signs

alert-trust = Who may sign for the group was set anew at the server. Look at /keys. If none of you has agreed to that, lock the bot and ask the person who keeps the server.
refused-signed-only = Only statements that enough people have signed go out here, so nothing was prepared. Sign the text as a statement and have it imported at the server. The setting is signed_only; /policy shows it.
paused-signed-only =
    Paused: only signed statements go out here now, and this is not one. Nobody was removed from the list for it.
    It cannot go on as long as the setting signed_only stands. Cancel ends it.
