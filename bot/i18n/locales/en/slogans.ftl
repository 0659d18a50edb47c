# What readers see of the slogans.

button-slogans = All slogans

slogan-theme = There is no such theme. These there are:
slogan-themes = There is no such theme. These there are: { $themes }
slogans-place = Slogans, page { $page } of { $pages }
slogans-hint = Tap a slogan to copy it.

menu-slogans = All slogans by theme
