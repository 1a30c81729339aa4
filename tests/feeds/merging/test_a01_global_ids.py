"""Global ids are found in what feeds write, and nothing else is taken for one."""

import pytest

from feeds.merging.global_id import NO_ID, GlobalId, global_id


@pytest.mark.parametrize(
    ("text", "place", "quay"),
    [
        ("de:05558:1234", "de:05558:1234", ""),
        ("de:05558:1234:1", "de:05558:1234", ""),
        ("de:05558:1234::", "de:05558:1234", ""),
        ("de:05558:1234:1:2", "de:05558:1234", "de:05558:1234:1:2"),
        ("de:05558:1234::A", "de:05558:1234", "de:05558:1234::A"),
        ("DE:06431:3835:0:RiO", "de:06431:3835", "de:06431:3835:0:RiO"),
        ("de:06431:3835:0:RiO_1", "de:06431:3835", "de:06431:3835:0:RiO_1"),
        ("de:05558:1234_Parent", "de:05558:1234", ""),
        ("Pde:05558:1234", "de:05558:1234", ""),
        ("Parentde:05558:1234", "de:05558:1234", ""),
        ("de:09162:6:2:2_G", "de:09162:6", "de:09162:6:2:2"),
        ("vrr_de:05158:18141::B", "de:05158:18141", "de:05158:18141::B"),
        ("at:43:3121:0:1", "at:43:3121", "at:43:3121:0:1"),
        ("ch:1:sloid:7000:1:2", "ch:1:sloid:7000", "ch:1:sloid:7000:1:2"),
    ],
)
def test_an_id_and_its_parts(text: str, place: str, quay: str) -> None:
    assert global_id(text) == GlobalId(place, quay)


@pytest.mark.parametrize(
    "text",
    ["", "4074101P", "000008000237", "8:30", "de:1234", "de:Senden:12", "xy:1:2", "made:1:2"],
)
def test_other_ids_are_none(text: str) -> None:
    assert global_id(text) == NO_ID


def test_the_first_text_that_holds_one_counts() -> None:
    assert global_id("4711", "", "de:1:2", "de:1:3").place == "de:1:2"
