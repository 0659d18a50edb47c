# Slogans: what readers see of them, and organisers who send them again and again.

button-slogans = All slogans

slogan-theme = There is no such theme. Choose one of these:
slogan-themes = There is no such theme. There are: { $themes }
slogans-place = Slogans, page { $page } of { $pages }
slogans-hint = Tap a slogan to copy it.

menu-slogans = All slogans by theme

## Again and again

slogans-usage =
    /schedule slogans 18:00 – a slogan every day at that time in your zone. Behind it, if you like: a zone such as Europe/Berlin, days such as mon-fri or mon,thu, a language such as en, a theme.
slogans-pool = All the slogans that will take turns, one at a time
slogans-daily = A slogan goes out every day at { $time } ({ $zone })
slogans-weekly = A slogan goes out at { $time } ({ $zone }) on these days: { $days }
slogans-number =
    { $number ->
        [one] It is always the same slogan: there is only one.
       *[other] { $number } slogans take turns; none comes again before all have come.
    }
slogans-about = Theme: { $theme }
slogans-then =
    { $needed ->
        [one] After Send and your code the first one goes out at the next such time.
       *[other] After Send and your code, { $needed } organisers must have agreed, you among them. Then the first one goes out at the next such time.
    } What is missed while the bot is locked or away is not made up for. Cancel ends it.
slogans-next =
    Agreed. { $rhythm }.
    Next: { $time }. Cancel ends all of it.
held-slogans =
    Held back: a slogan of this plan is not what was agreed to, or may not be shown any more.
    Resume looks again and takes a code. Cancel ends the plan; /schedule slogans begins another one.
refused-slogan = A slogan that was sent is not edited. Take it back with /undo.
weekday =
    { $day ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    }
