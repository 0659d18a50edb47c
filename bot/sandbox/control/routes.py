"""The addresses of the control API."""

from aiohttp import web

from bot.sandbox.control import chats, overview, people, service
from bot.sandbox.control.desk import Handler, answering
from bot.sandbox.control.files import content
from bot.sandbox.world import World


def control_routes(world: World) -> list[web.RouteDef]:
    """Every address with its handler."""
    table: list[tuple[str, str, Handler]] = [
        ("GET", "/world", service.summary),
        ("POST", "/world/bots", service.new_bot),
        ("POST", "/world/bots/{id}/revoke", service.revoke),
        ("GET", "/world/people", people.people),
        ("POST", "/world/people", people.new_person),
        ("GET", "/world/groups", people.groups),
        ("POST", "/world/groups", people.new_group),
        ("POST", "/world/groups/{id}/{action}", people.group_action),
        ("GET", "/world/chats", overview.chats),
        ("GET", "/world/chats/{id}/menu", overview.menu),
        ("POST", "/world/chats/{id}/say", chats.say),
        ("POST", "/world/chats/{id}/press", chats.press),
        ("GET", "/world/chats/{id}/messages", chats.messages),
        ("POST", "/world/chats/{id}/block", people.block),
        ("POST", "/world/chats/{id}/unblock", people.unblock),
        ("GET", "/world/faults", service.faults),
        ("POST", "/world/faults", service.new_fault),
        ("DELETE", "/world/faults", service.no_faults),
    ]
    answers = [web.route(method, path, answering(world, handler)) for method, path, handler in table]
    return [*answers, web.get("/world/files/{id}", content(world))]
