# Что видят читатели из лозунгов.

button-slogans = Все лозунги

slogan-theme = Такой темы нет. Есть вот какие:
slogan-themes = Такой темы нет. Есть вот какие: { $themes }
slogans-place = Лозунги, страница { $page } из { $pages }
slogans-hint = Чтобы скопировать лозунг, коснитесь его.

menu-slogans = Все лозунги по темам
