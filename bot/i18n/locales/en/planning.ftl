# What organisers read when they plan when a statement goes out.

button-schedule = Schedule

plan-usage =
    /publish 12 – the statement with this number, as soon as it is agreed to
    /schedule 12 2026-12-01 18:00 – at that time in your zone; a zone can follow, such as Europe/Berlin
    /schedule slogans 18:00 – a slogan every day at that time; /schedule slogans tells what else it can say
    /schedule Europe/Berlin – the zone in which you write times; without one it is UTC
plan-form = I do not understand that time. Write it like this: /schedule 12 2026-12-01 18:00 Europe/Berlin
plan-date = There is no such day or hour. Write it like this: /schedule 12 2026-12-01 18:00
plan-zone = I do not know that time zone. Write it like this: Europe/Berlin, Asia/Almaty or UTC
plan-zone-is = From now on your times are read in { $zone }.
plan-past = That time has passed. Nothing was prepared.
plan-far = That is more than a year away. Nothing was prepared.
plan-none = There is no statement { $number } that may be read then. Nothing was prepared.
plan-embargo = Statement { $number } may not be read before { $time }. Choose that time or a later one.
plan-time = { $date }, { $time } ({ $zone })
plan-at = Goes out: { $time }
plan-doubled = On that day clocks go back and this hour comes twice. It goes out once.
plan-skipped = On that day clocks go forward and the hour you chose does not exist. The time above is as much later.
plan-again = Statement { $number } stands in the /queue already. If you send this too, readers get it twice.
plan-next =
    { $needed ->
        [one] After Send and your code it waits for that time.
       *[other] After Send and your code, { $needed } organisers must have agreed, you among them. Then it waits for that time.
    }
refused-statement = A statement that was sent is not edited, because its code would no longer be right. Take it back with /undo and publish a corrected one.

starts-at = Agreed. It goes out: { $time }. Until then, and while it is being sent, Cancel stops it.
held-late =
    Held back: the time of statement { $number } passed too long ago.
    Resume sends it after all and takes a code. Cancel ends it.
held-changed =
    Held back: statement { $number } is not what was agreed to, or may not be read any more.
    Resume looks again and takes a code. Cancel ends it; then /publish { $number } shows what there is now.
queue-none = Nothing is waiting to go out.

## The calendar

button-back = Back
button-move = Another time
button-skip = Put aside
calendar-days = Mo Tu We Th Fr Sa Su
calendar-day = On which day does statement { $number } go out?
calendar-hour = { $date }: in which hour does statement { $number } go out?
calendar-minute = { $date }: at which minute does statement { $number } go out? For another one write /schedule { $number } with day and time.
calendar-from = At the earliest: { $time }
calendar-zone =
    In which time zone do you plan? It is kept with your name as organiser, sealed, until you choose another one.
    Press one, or write its name like this: /schedule Asia/Almaty
plan-move = Statement { $number } would go out at another time. Nothing is changed yet.
plan-move-next =
    { $needed ->
        [one] After Send and your code it waits for the new time.
       *[other] What was agreed to held for the old time. After Send and your code it waits until { $needed } organisers have agreed to the new one, you among them.
    }
queue-item = Statement { $number }: { $title }
skipped = { $name } has put it aside: it does not go out at its time. Resume takes a code and lets it go out at its time after all, or at once if that has passed. /queue gives it another time.
held-restored =
    Held back: everything was restored from a backup, and the list may hold people who have left since.
    Resume goes on with it: it takes a code, and the approvals too if it had none yet. Cancel ends it. The next new /broadcast tells readers from when the list is and how to leave; a statement does not, it goes out as it was signed.
held-skipped = Put aside: statement { $number } does not go out at its time. Resume takes a code and lets it go out then after all, or at once if that has passed. Cancel ends it.
held-lapsed =
    Held back: not enough organisers had agreed to statement { $number } when its time came.
    /queue gives it another time, and everybody is asked again. Cancel ends it.
