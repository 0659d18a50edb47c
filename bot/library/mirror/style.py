"""How the mirror looks: two sets of colours, and one short style sheet that stands inside every page.

Inside, because a page that somebody saved or opened from a stick must look the same. Fonts are those of the
reader's machine. Which colours stand on which is told here, so that a test can measure their contrast.
"""

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#fcfbf8",
    "wash": "#f4f0e8",
    "ink": "#1d1a16",
    "soft": "#5e574c",
    "mark": "#a5141b",
    "line": "#8a8172",
}
DARK: Mapping[str, str] = {
    "paper": "#171513",
    "wash": "#211e1a",
    "ink": "#ece6da",
    "soft": "#b3a996",
    "mark": "#ff9384",
    "line": "#80776a",
}
ON: tuple[tuple[str, str, float], ...] = (
    *((words, ground, 4.5) for words in ("ink", "soft", "mark") for ground in ("paper", "wash")),
    ("line", "paper", 3.0),
)
"""What stands on what, and the least contrast of WCAG 2.2 AA for it (1.4.3 text, 1.4.11 lines)."""

_RULES = """
*{box-sizing:border-box}
html{border-top:.4rem solid var(--mark);background:var(--paper);color:var(--ink);\
font:112.5%/1.6 Charter,"Bitstream Charter","Sitka Text",\
Cambria,"PT Serif","Noto Serif","Liberation Serif",Georgia,serif;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:40rem;padding:0 1.25rem 3rem;\
overflow-wrap:break-word}
a{color:inherit;text-decoration-color:var(--mark);text-decoration-thickness:.08em;\
text-underline-offset:.18em}
a:hover{color:var(--mark)}
:focus-visible{outline:.15rem solid var(--mark);outline-offset:.15rem}
.skip{position:absolute;left:-99rem}
.skip:focus{position:static}
.top,.foot,.proof,.kicker,.by,.meta,h1,h2,h3,h4,th,.slogans,li::marker,.pages{font-family:"Helvetica Neue",\
Inter,"Segoe UI","Noto Sans","Liberation Sans",Arial,sans-serif}
.top{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline;justify-content:space-between;\
padding:1.1rem 0 .9rem;border-bottom:1px solid var(--line);font-size:.85rem}
.top .name{font-weight:700;font-size:1.05rem;text-decoration:none}
nav ul{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:0;padding:0}
nav a,.foot a,.pages a{display:inline-block;padding:.3rem 0}
[aria-current]{font-weight:700}
h1{font-size:clamp(1.7rem,5.2vw,2.5rem);line-height:1.15;letter-spacing:-.015em;margin:.35rem 0 .8rem;\
text-wrap:balance}
h2{font-size:1.3rem;line-height:1.25;margin:2.4rem 0 .6rem;text-wrap:balance}
h3{font-size:1.06rem;margin:1.8rem 0 .4rem}
h4{font-size:1rem;margin:1.5rem 0 .3rem}
p,li{hyphens:auto}
p{margin:0 0 1rem}
main{padding-top:2.2rem}
.kicker{color:var(--mark);font-weight:700;font-size:.9rem;margin:0}
.by,.meta{color:var(--soft);font-size:.9rem}
.preface{margin:1.4rem 0 2rem;padding:.9rem 1.1rem .1rem;background:var(--wash);font-size:.95rem}
.text>p:first-of-type{font-size:1.12rem;line-height:1.55}
blockquote{margin:1.4rem 0;padding-inline-start:1.1rem;border-inline-start:.2rem solid var(--mark);\
font-style:italic}
ol,ul{padding-inline-start:1.7rem}
li{margin:0 0 .5rem}
li::marker{color:var(--mark);font-weight:700}
ol>li{padding-inline-start:.35rem}
:target{background:var(--wash);outline:.5rem solid var(--wash)}
.slogans{list-style:none;margin:2rem 0;padding:0;border-top:.2rem solid var(--ink)}
.slogans li{margin:0;padding:.75rem 0;border-bottom:1px solid var(--line);font-weight:700;\
font-size:1.15rem;line-height:1.3;hyphens:none}
code,pre,.code{font:.85em/1.5 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
pre{background:var(--wash);padding:.8rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;direction:ltr;\
text-align:left}
.code{direction:ltr;unicode-bidi:isolate;white-space:nowrap}
a.code{white-space:normal;overflow-wrap:anywhere}
[dir=rtl] blockquote{font-style:normal}
hr{border:0;border-top:1px solid var(--line);margin:2rem auto;width:30%}
.proof{margin-top:2.5rem;padding-top:1rem;border-top:.2rem solid var(--ink);font-size:.92rem}
.proof h2{font-size:1rem;margin:1.2rem 0 .3rem}
.proof .mark{font-size:1rem;font-weight:700}
.proof p{margin:0 0 .6rem}
.list{list-style:none;padding:0;margin:1.5rem 0}
.list>li{display:grid;grid-template-columns:3.2rem minmax(0,1fr);margin:0;padding:1.1rem 0;\
border-top:1px solid var(--line);hyphens:none}
.list .no{color:var(--mark);font:700 1.6rem/1.15 "Helvetica Neue",Inter,"Segoe UI","Noto Sans",\
"Liberation Sans",Arial,sans-serif}
.list .long{font-size:1.1rem}
.list h2{margin:0 0 .2rem;font-size:1.2rem}
.list h2 a{text-decoration:none}
.list h2 a:hover{text-decoration:underline}
.list p{margin:.15rem 0}
.list>li:first-child{border-top:.2rem solid var(--ink);padding-top:1.4rem}
.list>li:first-child h2{font-size:1.55rem;line-height:1.2}
.pages{display:flex;justify-content:space-between;gap:1rem;margin:2rem 0;font-size:.9rem}
.foot{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
dt{font-weight:700;margin-top:1rem}
dd{margin:0;overflow-wrap:anywhere}
@media print{@page{margin:18mm}html{border:0;font-size:11pt;background:#fff;color:#000}
body{max-width:none;padding:0}
nav,.skip,.foot,.pages{display:none}
.top{padding-top:0}a{text-decoration:none}
.text a[href^=http]::after{content:" (" attr(href) ")";font-size:.8em;overflow-wrap:anywhere}
h1{font-size:22pt}h1,h2,h3,h4{break-after:avoid}li,blockquote,pre,.preface{break-inside:avoid}
p{orphans:3;widows:3}}
"""


def _colours(scheme: Mapping[str, str]) -> str:
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in scheme.items()) + "}"


def sheet() -> str:
    """The style sheet. On paper the colours are the light ones, whatever the screen shows."""
    dark = "@media screen and (prefers-color-scheme:dark){" + _colours(DARK) + "}"
    return _colours(LIGHT) + dark + _RULES.replace("\n", "")
