from bot.delivery.limits import ChatLimits
from bot.delivery.line import Line, Waiter
from bot.domain.contact import ChatId


def waiter(chat: int, *, bulk: bool = False, deadline: float = 99.0) -> Waiter:
    return Waiter(chat=ChatId(chat), group=chat < 0, bulk=bulk, deadline=deadline)


def test_replies_overtake_but_never_starve_a_broadcast() -> None:
    """While both wait, three replies go first and the fourth slot is the broadcast's."""
    line = Line(ChatLimits())
    for chat in range(1, 13):
        line.join(waiter(chat, bulk=True))
        line.join(waiter(100 + chat))
    order = [line.next(0.0) for _ in range(24)]
    kinds = "".join("b" if each and each.bulk else "r" for each in order)
    assert kinds == "rrrb" * 4 + "b" * 8
    assert line.next(0.0) is None


def test_a_broadcast_that_has_not_waited_has_no_claim() -> None:
    """Replies that came while no broadcast waited do not count against them."""
    line = Line(ChatLimits())
    for chat in range(1, 6):
        line.join(waiter(chat))
    assert all(line.next(0.0) for _ in range(4))
    line.join(waiter(9, bulk=True))
    last = line.next(0.0)
    assert last
    assert not last.bulk


def test_a_chat_that_is_not_ready_holds_up_nobody() -> None:
    """Who waits for a slow chat stands aside, and comes back when the chat is ready."""
    chats = ChatLimits()
    chats.block(ChatId(1), 5.0, group=False)
    line = Line(chats)
    slow, quick = waiter(1, bulk=True), waiter(2, bulk=True)
    line.join(slow)
    line.join(quick)
    assert line.ready(bulk=True) < 0
    assert line.next(0.0) is quick
    assert line.next(0.0) is None
    assert line.ready(bulk=True) == 5.0
    assert (line.wanting(4.0), line.wanting(5.0)) == (0, 1)
    assert line.next(5.0) is slow
    assert line.ready(bulk=True) == float("inf")


def test_who_leaves_or_waited_too_long_is_out() -> None:
    """Somebody who left gets no slot; replies whose time is over are handed back once, aside or not."""
    chats = ChatLimits()
    chats.block(ChatId(1), 50.0, group=False)
    line = Line(chats)
    aside, late, leaving, staying = (
        waiter(n, deadline=d) for n, d in ((1, 3.0), (2, 3.0), (3, 9.0), (4, 9.0))
    )
    line.join(aside)
    assert line.next(0.0) is None
    for each in (late, leaving, staying):
        line.join(each)
    line.leave(leaving)
    assert line.expired(4.0) == [late, aside]
    assert line.expired(4.0) == []
    assert (line.replies, len(line)) == (1, 1)
    assert line.next(4.0) is staying
