# Что стоит на бумаге вокруг текста, и слова /leaflet и /poster.

paper-call = Наведи камеру, прочти, проверь
paper-telegram = Через Telegram:
paper-mirror = Без Telegram:
paper-key = Ключ:
paper-pass-on = Копируй и передавай дальше. Код одинаков в каждой верной копии.
paper-points = Чего мы требуем
paper-update = Срочно

## In chat

button-leaflet = Листовка
button-poster = Плакат
button-a5 = Листы A5
button-a4-cut = A4 под разрез
button-a4-fold = A4 буклетом
button-design-sober = Строгая
button-design-loud = Броская
button-ink-black = Чёрно-белая
button-ink-colour = Цветная
button-a3 = A3 для печати

leaflet-caption = Печатайте в масштабе 100 %. Безопаснее чёрно-белый принтер: цветной ставит точки, по которым находят сам принтер.
print-impossible = В тексте есть знак, которого нет в наших шрифтах.
print-busy = К печати сейчас очередь. Спросите ещё раз через минуту.
leaflet-which = Какую? Напишите, например, /leaflet 3.

menu-leaflet = Листовка для печати
menu-poster = Плакат с лозунгом
