"""Common Swedish, Finnish and Sámi names to compose fictive people from. No list of people; any likeness is chance."""

from random import Random

GIVEN_NAMES = tuple(
    """
    Aino Albin Alexandra Alfred Alva Amanda Anette Anja Anna Annika Anni Anton Arvid Axel Barbro Beatrice Bengt
    Birgit Björn Britta Camilla Carina Caroline Cecilia Christer Dagny Daniel David Edvin Elin Elina Ella Ellen Elle
    Emil Eva Evelina Felix Fredrik Gabriella Greta Gunvor Gustav Hans Heikki Helmi Hilda Hjalmar Ida Ingela Inga
    Irene Isabelle Isak Ivar Jakob Jan Jenny Johanna Jonas Jonna Josefin Jouni Juhani Julia Jörgen Kaisa Karin Karl
    Karolina Katarina Katja Kent Kerstin Kjell Klara Kristina Lasse Laila Leena Lena Lennart Linda Linnea Lotta
    Lovisa Maja Malin Margareta Mari Maria Marianne Marie Marit Marja Markku Mathilda Matti Máret Mikaela Mona
    Monica Niklas Nils Nina Olle Olof Pekka Per Petra Pirkko Rasmus Rebecka Rikard Risten Roger Ronja Rune Saga
    Samuel Sandra Sanna Sara Signe Siv Solveig Staffan Sune Susanna Svante Sven Tage Terese Terttu Thomas Tiina
    Tobias Tomas Tora Torbjörn Tuomas Tuula Ulf Ulla Ulrika Urban Vendela Veronica Vilma Yngve Ylva Åke Östen
    """.split()
)

FAMILY_NAMES = tuple(
    """
    Aasa Ahlbäck Aidanpää Allberg Alanentalo Andersson Apelqvist Asplund Backlund Baudin Berggård Bergdahl Berglund
    Björkman Björnfot Blom Boström Brännström Bucht Burström Bylund Carlbom Dahlberg Degerlund Edin Ekberg Eklund
    Ekström Engfors Engström Enbom Eriksson Falk Fjellborg Fjällström Forslund Forsman Fredriksson Granberg Granlund
    Granström Grönlund Gustafsson Hagelin Hannu Hansson Hautala Hedberg Hedlund Hedman Hedström Heikkinen Heinonen
    Henriksson Hietala Holmbom Holmgren Holmqvist Hortlund Häggblom Häggström Ingesson Isaksson Jakobsson Johansson
    Jonsson Jönsson Juntti Juuso Kangas Karlsson Karvonen Keisu Kemi Kerttu Kihlberg Klippmark Korpi Koskela
    Kuhmunen Kumpula Kuoppala Kvist Labba Laestander Lahti Laitila Lampinen Landström Lantto Lehto Liljergren
    Lindberg Lindbäck Lindgren Lindholm Lindkvist Lindmark Lindqvist Lindström Lundbäck Lundholm Lundkvist Lundmark
    Lundqvist Lundström Lövgren Malmström Marklund Mattsson Mella Mettävainio Modig Molin Muotka Mustonen Mäkitalo
    Nilsson Niva Nordin Nordlund Nordmark Nordström Norlén Nutti Nyberg Nylund Nyman Nyström Olofsson Olovsson Omma
    Oskarsson Palo Partapuoli Pekkari Persson Pettersson Pirttijärvi Pittja Poromaa Rantatalo Rautio Renström
    Risberg Rova Rutfors Rönnbäck Rönnkvist Salomonsson Samuelsson Sandberg Sandlund Sandström Sarri Savilahti
    Segerlund Selberg Siikavuopio Simu Sjöberg Sjödin Sjölund Sjöström Skum Stenberg Stenlund Stenman Stenvall
    Strand Strandberg Strömbäck Ström Sundberg Sundkvist Sundström Svanberg Svensson Söderberg Söderholm Söderström
    Taavola Tervaniemi Thomasson Thuresson Tjäder Tolvanen Tornberg Törmänen Töyrä Uusitalo Vanhapiha Vesterlund
    Viklund Viktorsson Vikström Wallgren Wallström Wanhainen Wennberg Westerlund Westman Wikman Wikström Winsa Åberg
    Ågren Åhman Åkerlund Åkerström Åström Älvgren Ödling Öhlund Öhman Öquist Östberg Östlund Öström
    """.split()
)

_FOLDED = str.maketrans("åäöéáčđŋšž", "aaoeacdnsz")


def ascii_form(text: str) -> str:
    """How a name is spelled in mail addresses and user names: lower case, without diacritics."""
    return text.lower().translate(_FOLDED).replace(" ", "-")


class NameGiver:
    """Hands out each pair of names once, in the order that ``random`` decides; also distinct without diacritics."""

    def __init__(self, random: Random, taken: set[tuple[str, str]]) -> None:
        self._random = random
        self._taken = {_spelled(given, family) for given, family in taken}

    def next(self) -> tuple[str, str]:
        """A given and a family name that nobody in the demo has yet."""
        while True:
            given, family = self._random.choice(GIVEN_NAMES), self._random.choice(FAMILY_NAMES)
            if _spelled(given, family) not in self._taken:
                self._taken.add(_spelled(given, family))
                return given, family


def _spelled(given: str, family: str) -> str:
    return f"{ascii_form(given)}.{ascii_form(family)}"
