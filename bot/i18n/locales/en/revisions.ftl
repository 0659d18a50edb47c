# What can be done about a broadcast after it was sent: taking it back, changing it.

button-undo = Undo

## Taking back

undo-ask = Above is what would be taken back: its messages are deleted for everybody who got it. What somebody has read or copied already cannot be taken back.
undo-known = Messages to delete: { $people }
undo-paused = It is paused. If you take it back, it ends: nobody else gets it.
undo-nothing = There is nothing to take back. Telegram lets a message be deleted for 48 hours. What is being sent now must be paused or cancelled first.
undo-begun = { $name } takes this back. Its messages are deleted for everybody who got it. Cancel stops it.
progress-undo = Taking back { $bar }
report-undo-done = Taking back has ended.
report-undo-cancelled = Taking back was cancelled. What is deleted stays deleted; the others keep their message.
tally-undone = Deleted: { $people }

## Changing

edit-title = Above is exactly what readers will see in the place of what they got. Nothing has been changed yet.
edit-note = This takes the place of something that was sent before. Those who got that will see this.
edit-known = Messages to change: { $people }
edit-nothing = There is nothing to change. Telegram lets a message be changed for 48 hours. What is being sent now must be paused or cancelled first.
edit-which = I cannot tell what this is about. Answer to a preview of it or to a message with its fingerprint, or write /edit and the new text to change the newest.
edit-media = A picture or a file cannot be exchanged, only the words with it. Nothing was prepared.
progress-edit = Changing { $bar }
report-edit-done = Changing has ended.
report-edit-cancelled = Changing was cancelled. What is changed stays changed; the others keep the text before.
tally-edited = Changed: { $people }
update-edited = Changed on { $date }

## Both

tally-missing = No longer there: { $people }
tally-fixed = Refused by Telegram: { $people }
tally-beyond = Older than 48 hours, or no longer known: { $people }

## How fast anything goes

progress-speed = About { $rate } a second, { $left }
left = about { $time } left
left-soon = less than a minute left
