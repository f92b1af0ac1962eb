"""Server-sent events are read as they were sent, wherever the line cuts them into pieces."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hub.cli.event_stream import Event, events_in

WORDS = st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"]), max_size=20)
EVENTS = st.lists(
    st.tuples(WORDS.filter(bool), st.lists(WORDS, min_size=1, max_size=3), st.integers(0, 2**53)), max_size=6
)


def written(name: str, lines: list[str], id_: int, end: str) -> str:
    return "".join(f"{line}{end}" for line in (f"event: {name}", f"id:{id_}", *(f"data: {each}" for each in lines), ""))


def cut(text: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[begin:end] for begin, end in pairwise(edges)]


@given(EVENTS, st.lists(st.integers(0, 10_000), max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_was_sent_is_read(
    sent: list[tuple[str, list[str], int]], places: list[int], end: str, has_comments: bool
) -> None:
    comment = f": still here{end}{end}" if has_comments else ""
    text = comment.join(["", *(written(*each, end) for each in sent), ""])

    read = list(events_in(cut(text.encode(), places)))

    assert read == [Event(name, "\n".join(lines), str(id_)) for name, lines, id_ in sent]


@given(st.integers(0, 200))
def test_what_was_cut_off_is_no_event(length: int) -> None:
    text = written("commit", ['{"revision":7}'], 7, "\n").encode()

    read = list(events_in([text + text[: length % len(text)]]))

    assert len(read) == 1


def test_an_id_holds_until_the_next_one_and_without_data_there_is_no_event() -> None:
    text = b"id: 1\n\nevent: x\n\ndata: a\n\nid: 2\ndata: b\n\nretry: 5\nunknown: c\ndata\n\n"

    assert list(events_in([text])) == [
        Event("message", "a", "1"),
        Event("message", "b", "2"),
        Event("message", "", "2"),
    ]
