"""The front page: says what runs here and where its doors are."""

from aiohttp import web

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Handbill sandbox</title>
<body style="font: 16px/1.5 sans-serif; max-width: 44em; margin: 2em auto; padding: 0 1em">
<h1>Handbill sandbox</h1>
<p>A stand-in for Telegram on this machine. Nothing here leaves it.</p>
<ul>
<li>Bots: <code>/bot&lt;token&gt;/&lt;method&gt;</code>, files
 <code>/file/bot&lt;token&gt;/&lt;path&gt;</code></li>
<li>Overview: <a href="/world">/world</a></li>
<li>People and groups: <a href="/world/people">/world/people</a>,
 <a href="/world/groups">/world/groups</a></li>
<li>Acting: POST <code>/world/chats/ID/say</code>, <code>press</code>, <code>block</code>,
 <code>unblock</code>; reading: <code>/world/chats/ID/messages</code></li>
<li>Trouble on demand: <a href="/world/faults">/world/faults</a></li>
</ul>
<p>All of it with examples: <code>bot/sandbox/README.md</code>.</p>
</body></html>
"""


async def front_page(_: web.Request) -> web.Response:
    """The page as HTML."""
    return web.Response(text=_PAGE, content_type="text/html")
