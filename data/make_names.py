"""Write ``names.csv`` anew from the Python package Faker 40.63.0, byte for byte the file that stands here.

    python -m pip install Faker==40.63.0      fetches the package; a virtual environment of its own is enough
    python data/make_names.py                 rewrites the file beside this script
    python data/make_names.py FOLDER          writes it into FOLDER

No chapter needs the package: the file is part of the course. See README.md for source, licence and what was left out.
"""

import hashlib
import sys
import unicodedata
from importlib import import_module
from pathlib import Path

NAME = "names.csv"
VERSION = "40.63.0"
FILE_SHA256 = "dab56a01a51db21cd149a6f2c6c24e2f03fa2fafb0e008dbd965f26747d424ca"
MOST = 500  # names of one language
LONGEST = 16  # characters: longer are a few Irish names only
# Language -> Faker's lists. French is that of France and Quebec, German that of Germany and Austria.
LISTS = {
    "Croatian": ("hr_HR",),
    "English": ("en_GB",),
    "Finnish": ("fi_FI",),
    "French": ("fr_FR", "fr_CA"),
    "German": ("de_DE", "de_AT"),
    "Irish": ("ga_IE",),
    "Italian": ("it_IT",),
    "Spanish": ("es_ES",),
    "Swedish": ("sv_SE",),
    "Zulu": ("zu_ZA",),
}


def listed(language: str) -> set[str]:
    """All of a language's surnames, in small letters, each accent joined to its letter."""
    lists = [import_module(f"faker.providers.person.{each}").Provider.last_names for each in LISTS[language]]
    names = {unicodedata.normalize("NFC", name).lower() for each in lists for name in each}
    return {name for name in names if is_taken(name, language)}


def is_taken(name: str, language: str) -> bool:
    """Whether a name is of the usual form: of an Irish one, that of a man (Ó, Mac); of a German one, a single word."""
    if language == "Irish" and not name.startswith(("ó ", "mac ")):
        return False
    return len(name) <= LONGEST and not (language == "German" and " " in name)


def table() -> str:
    """The CSV text: name, language; a name that stands in several lists has all of its languages."""
    languages: dict[str, list[str]] = {}
    for language in LISTS:
        for name in listed(language):
            languages.setdefault(name, []).append(language)
    rows = [(name, "|".join(found)) for name, found in languages.items() if len(found) > 1]
    for language in LISTS:
        own = [name for name, found in languages.items() if found == [language]]
        rows += [(name, language) for name in sorted(own, key=drawn)[:MOST]]
    return "".join(["name,language\n", *(f"{name},{language}\n" for name, language in sorted(rows))])


def drawn(name: str) -> str:
    """Where a name stands in an order that is as good as drawn, and the same everywhere."""
    return hashlib.sha256(name.encode()).hexdigest()


if __name__ == "__main__":
    made = table().encode()
    digest = hashlib.sha256(made).hexdigest()
    if digest != FILE_SHA256:
        sys.exit(
            f"The SHA-256 sum of {NAME} would be {digest}, and {FILE_SHA256} was expected: nothing is written. "
            f"Is it Faker {VERSION} that is installed? Other versions hold other names."
        )
    target = Path(sys.argv[1]) if len(sys.argv) == 2 else Path(__file__).resolve().parent
    (target / NAME).write_bytes(made)
