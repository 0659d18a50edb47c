# What stands on paper around a text, and the words of /leaflet and /poster.

paper-call = Scan, read, check
paper-telegram = On Telegram:
paper-mirror = Without Telegram:
paper-key = Key of
paper-pass-on = Copy it and pass it on. Every true copy has the same code.
paper-points = What we demand
paper-update = Update

## In chat

button-leaflet = Leaflet
button-poster = Poster
button-a5 = A5
button-a4-cut = A4 to cut
button-a4-fold = A4 to fold
button-design-sober = Sober
button-design-loud = Loud
button-ink-black = Black and white
button-ink-colour = Colour
button-a3 = A3 to print

leaflet-caption = To print at 100 %, black and white is safest: colour printers add dots that tell which printer it was.
print-impossible = This text holds a sign that our fonts cannot print.
print-busy = Too many are waiting for the press. Please ask again in a minute.
leaflet-which = Which one? Write for example /leaflet 3.

menu-leaflet = A leaflet to print
menu-poster = A poster with a slogan
