"""The check digit of Swedish organisation and personal numbers (ISO/IEC 7812-1, modulus 10)."""


def has_valid_check_digit(digits: str) -> bool:
    """True when the last of ``digits`` (ASCII digits only) is the Luhn check digit of those before it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
