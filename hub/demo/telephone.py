"""Telephone numbers that reach nobody: the series that PTS keeps free for books and films. Only from these.

Source: Post- och telestyrelsen, "Telefonnummer till böcker och filmer": 0980-319200–319299, 08-46500400–46500499,
031-3900600–3900699, 040-6280400–6280499, and for mobile telephones 070-1740605–1740699.
"""

from collections.abc import Iterator

LANDLINE_SERIES = (("+46980", 319_200, 319_299), ("+4631", 3_900_600, 3_900_699),
                   ("+4640", 6_280_400, 6_280_499), ("+468", 46_500_400, 46_500_499))  # fmt: skip
MOBILE_SERIES = ("+4670", 1_740_605, 1_740_699)


def landlines() -> Iterator[str]:
    """Each number of the four series once, Kiruna's first; then ``StopIteration``."""
    for area, first, last in LANDLINE_SERIES:
        for number in range(first, last + 1):
            yield f"{area}{number}"


def is_fictive(telephone: str) -> bool:
    """True when ``telephone`` (international form, without blanks) belongs to one of the series."""
    return any(
        telephone.startswith(area) and first <= int(telephone[len(area) :]) <= last
        for area, first, last in (*LANDLINE_SERIES, MOBILE_SERIES)
    )
