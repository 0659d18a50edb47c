# What readers and groups read. Short, calm, honest about risk; no exclamation marks.

language-name = English

## Buttons

button-subscribe = Subscribe
button-unsubscribe = Unsubscribe
button-latest = Latest statement
button-language = Language
button-read-all = Read all
button-newer = Newer
button-older = Older
button-copy = Copy
button-another = Another
button-share = Share

## The risk card

card-title = Statements and updates, for those who ask for them
card-what = This bot sends you a group's statements, and short updates when something is urgent. You can read everything without subscribing. Nothing about you is stored before you press Subscribe.
card-we-title = What we hold
card-we = If you subscribe: the number of this chat, your language and the month you joined, sealed on our server. No name, no phone number, no record of what you read. No command lists the readers, for anybody. But whoever controls our server while it is unlocked could read its memory.
card-telegram-title = What Telegram holds
card-telegram = Telegram knows that you talk to this bot and what is said here. So does anybody who can open your phone or your account. We cannot change that. If reading can cost you your job or your freedom, think before you subscribe.
card-relay = The same is seen by whoever controls the relay through which this bot reaches Telegram.
card-leave-title = How to leave
card-leave = Send /stop and you are erased at once. If the bot does not answer, block it: that always works. Its next message to you fails, and then you are forgotten.
card-unsigned = The statements here are not signed yet: the person who keeps the server chooses them.

## Joining and leaving

subscribed = You are subscribed. Statements and updates will come to this chat. To leave, press the button below or send /stop.
stopped = You are not subscribed. Nothing about you is kept. The messages in this chat are still on your phone and with Telegram; you can delete the chat.
stopped-organiser = You are not subscribed. What makes you an organiser is still stored: /mydata shows it.
forgotten = Everything about you is erased. Messages that we could still take back are deleted. What is left in this chat is on your phone and with Telegram: open the chat's menu and choose "Delete chat" to remove it.
forgotten-organiser = You are erased from the list of readers. What makes you an organiser is still stored: /mydata shows it, and only the person who keeps the server can remove it.

## After a year

button-stay = Stay
renewal-ask =
    Do you want to stay on the list of readers?
    We ask everybody once a year, so that the list keeps nobody who has forgotten it. Press Stay, or send /start. If you do not answer before the end of { $month }, you are erased. You can subscribe again at any time, and read without subscribing.
    If the bot does not reply, it has not heard you: please try again another day.
renewal-stayed = Good. If you are on the list, you stay on it, and we ask again in a year at the earliest. If you were erased already, /subscribe puts you back.

## Reading

statements-title = Statements, newest first. Press one to read it.
statements-none = There are no statements yet.
statement-which = Which one? Write for example /statement 3. /statements shows the list.
statement-unknown = There is no statement with this number. /statements shows the list.
point-of = Point { $point } of statement { $number }
point-unknown = This statement has no point with this number.
statement-unsigned = Not signed
statement-other-language = Not available in your language
statement-translator = Translated by { $name }
statement-original = Original language: { $language }
updates-none = There were no updates in the last { $hours } hours.
update-file-gone = The picture or file that belongs to this cannot be shown any more.
slogan-none = There are no slogans yet.

date =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }

month =
    { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }

## Language

language-choose = Which language would you like to read?
language-chosen =
    English it is.
    If you are subscribed, this is remembered. Of others we store nothing: the bot answers them in the language of their Telegram, and the buttons below are in English.
group-language-chosen = English it is, if this group is subscribed. Of other groups nothing is stored.

## Quiet hours

button-quiet = { $begins }–{ $ends }
button-quiet-off = With sound at any hour
quiet-choose = In which hours should messages make no sound? They arrive at once all the same, urgent ones too.
quiet-clock = What does your clock show now? Choose the nearest time. No place is asked for or kept.
quiet-chosen =
    From { $begins } to { $ends } messages make no sound, as long as it is { $now } where you are now. If it is not, or when your clocks change, choose again: /quiet.
    If you are subscribed, this is remembered. Of others we store nothing.
quiet-off =
    Messages come with sound at any hour.
    If you are subscribed, this is remembered. Of others we store nothing.

## What is stored

mydata-nothing = Nothing about you is stored.
mydata =
    This is all that is stored about you:
    · the number of this chat
    · language: { $language }
    · subscribed in { $month }{ $more }
    · for { $hours } hours, which messages you were sent, so that /forget can take them back

    To erase it, send /forget.
mydata-stayed = · in { $month } you said that you stay
mydata-asked = · in { $month } you were asked whether you stay, and have not answered yet
mydata-perhaps-asked = · in { $month } you were asked whether you stay, or the question got lost
mydata-quiet = · messages make no sound from { $begins } to { $ends } (UTC)
mydata-organiser =
    This is stored because you are an organiser:
    · the name { $name }, your role ({ $role }), since when, and who agreed
    · the number of this chat, your language, and your time zone if you chose one
    · the secret of your codes, which one you used last, and when wrong ones came
    · the broadcasts that you wrote or approved
    · the last day on which something came from this chat, and a hash of your names in Telegram
    · in the audit: what you did as an organiser and when, under the name { $name }; this stays
mydata-claim =
    You have sent an organiser's code. Until you send the digits, or the code expires, the number of this chat is kept with it.

privacy-title = What we promise, and what we cannot
privacy =
    · We store the number of your chat, your language and the month you joined; later also the month in which you were last asked whether you stay, and your quiet hours if you choose some. Nothing else about you, and nothing before you subscribe.
    · It is sealed on our server. A copy of the disk is of no use to anybody without { $passphrases ->
        [one] a passphrase
       *[other] the passphrases of two people
    }. Whoever controls the unlocked server could read its memory.
    · No command lists or exports the readers, for anybody. Organisers see rounded numbers only.
    · We do not record what you read or press. There are no read receipts and no tracked links.
    · For { $hours } hours we remember which message went to which chat, so that it can be taken back. Then that is wiped.
    · /stop and /forget erase you at once, and the command is taken out of the chat. Blocking the bot does the same, as soon as the next message to you fails.
    · Telegram sees that you use this bot, and everything in this chat. We cannot hide that.
    · While the server is locked the bot hears nothing and does not answer.
privacy-renewal =
    · { $after } months after you join, and then once a year, we ask whether you stay. Who does not answer is erased, { $answer ->
        [one] a month
       *[other] { $answer } months
    } later at the earliest. When you answer, we keep the month and nothing else.
privacy-resend = · Where it is not clear whether a message reached you, it is sent once more: it may come twice.
privacy-skip = · Where it is not clear whether a message reached you, it is not sent again: it may be missing. /updates shows it for a while.
privacy-server = · The sealed data lie on a database server. What is erased there disappears from its logs and backups only later; until then it is still sealed.
privacy-relay = · The bot reaches Telegram through a relay. Whoever controls it sees what Telegram sees.
privacy-proxy = · The bot reaches Telegram through a proxy. It sees that a bot runs here, not what is said.

## Help

help =
    /latest – the newest statement
    /statements – all statements
    /statement 3 – statement number 3
    /statement 3 5 – point 5 of it
    /updates – urgent updates of the last days
    /slogan – the slogan of the day, to copy; /slogan THEME – one of a theme
    /slogans – all slogans by theme
    /verify TEXT – whether a text is the group's; forwarding it here does the same
    /keys – who signs, and how to check without this bot
    /leaflet 3 – statement number 3 to print
    /poster – a poster with a slogan
    /subscribe – get statements and updates here
    /stop – leave, and be erased
    /language – choose your language
    /quiet – hours in which messages make no sound
    /privacy – what is stored, and what is not
    /mydata – what is stored about you
    /forget – erase everything

    In a group: /latest, /slogan, /statement 3 and /leaflet 3 for anyone; /subscribe, /stop and /language for admins.
unknown = I do not know that. /help shows what I can do.

## Groups

group-hello = I bring statements and updates to groups that want them. Admins: /subscribe. Anyone: /latest.
group-subscribed = This group is subscribed. Admins can leave with /stop.
group-stopped = This group is not subscribed. Nothing about it is kept.
group-statement-which = Which one? Write for example /statement 3.
group-statement-unknown = There is no statement with this number.
group-admins-only = Only admins of this group can do that.

## Numbers

people-none = 0
people-under-twenty = under 20
people = about { $number }
seconds =
    { $number ->
        [one] { $number } second
       *[other] { $number } seconds
    }
minutes =
    { $number ->
        [one] { $number } minute
       *[other] { $number } minutes
    }
hours =
    { $number ->
        [one] { $number } hour
       *[other] { $number } hours
    }

## The menu and the profile, the same for everybody

menu-latest = The newest statement
menu-statements = All statements
menu-updates = Urgent updates
menu-slogan = The slogan of the day
menu-subscribe = Get statements here
menu-stop = Leave, and be erased
menu-language = Choose a language
menu-quiet = Hours without sound
menu-privacy = What is stored
menu-mydata = What is stored about me
menu-forget = Erase everything
menu-help = What this bot can do
menu-short = Statements and updates, for those who ask for them.
menu-description = Statements and urgent updates of a group. Nothing about you is stored before you subscribe, and you can leave at any time. Press Start to read what that means for you.

## When something went wrong

failure = Something went wrong on our side. Please try again later.
was-away = I was away when this was sent, and did nothing about it. Please send it again.

## When the list came from a copy

list-from-a-copy = The list of readers was restored from a copy of { $date }. If you had left since then: /stop takes you off again.
