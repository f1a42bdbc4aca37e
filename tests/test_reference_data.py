"""The reference tables: columns, codes, keys, years, counts, and probes that a reader of news would expect to hold."""

import csv
import gzip
import itertools
import re
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[1] / "src" / "dragoman" / "data"
SECTORS = set(
    "COP GOV JUD LEG MIL PRM PTY REB SPY UAF UNK AGR BUS CRM CVL EDU ELI JRN LAB MED REF OPP PRE REL SOC".split()
)
SPECIAL = {"IGO", "UNO", "EUR", "NGO", "ISM", "IMG", "MNC"}
COLUMNS = {
    "countries": "iso3 iso2 name names demonyms capital seats start_year end_year cow_codes gw_codes fips cameo qid"
    " successor parent pre",
    "organizations": "name aliases country sector kind founded ended members tenures generic qid",
    "groups": "name aliases country sector kind founded ended members tenures generic qid",
    "offices": "pattern plural sector kind person strength former_eli note country",
    "leaders": "iso3 name aliases office start end source certainty",
    "notables": "iso3 name aliases office sector start end",
    "bodies": "word place sector rank",
    "given_names": "short name",
    "first_names": "name gender",
    "places": "geonameid name alternates latitude longitude iso3 admin1 feature population",
    "places_extra": "name alternates latitude longitude iso3 kind",
}
KEYS = {
    "countries": ("iso3",),
    "organizations": ("name", "country"),
    "groups": ("name", "country"),
    "offices": ("pattern",),
    "leaders": ("iso3", "name", "office", "start"),
    "notables": ("iso3", "name", "office", "start"),
    "bodies": ("word", "place"),
    "given_names": ("short",),
    "first_names": ("name",),
    "places_extra": ("name", "iso3"),
}
AT_LEAST = {
    "countries": 250,
    "organizations": 450,
    "groups": 600,
    "offices": 350,
    "leaders": 5000,
    "notables": 100,
    "bodies": 300,
    "given_names": 50,
    "first_names": 1000,
    "places": 100_000,
    "places_extra": 500,
}


def load(name: str) -> tuple[list[str], list[str], list[dict[str, str]]]:
    path = DATA / f"{name}.tsv"
    text = (
        path.read_text(encoding="utf-8")
        if path.exists()
        else gzip.decompress((DATA / f"{name}.tsv.gz").read_bytes()).decode("utf-8")
    )
    comments = [line for line in text.split("\n") if line.startswith("#")]
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    return comments, lines, list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


TABLES = {name: load(name) for name in COLUMNS}
ROWS = {name: table[2] for name, table in TABLES.items()}
STATES = {row["iso3"]: row for row in ROWS["countries"]}


def values(cell: str) -> list[str]:
    return [value for value in cell.split("|") if value]


def forms(row: dict[str, str]) -> list[str]:
    return [row["name"], *values(row["aliases"])]


def find(table: str, form: str, country: str | None = None) -> list[dict[str, str]]:
    return [r for r in ROWS[table] if form in forms(r) and country in (None, r["country"])]


@pytest.mark.parametrize("name", COLUMNS)
def test_layout(name: str) -> None:
    comments, lines, rows = TABLES[name]
    assert any("general knowledge" in c or "GeoNames" in c for c in comments), "sources are named at the head"
    assert lines[0].split("\t") == COLUMNS[name].split()
    width = len(lines[0].split("\t"))
    assert [line for line in lines if line.count("\t") != width - 1] == []
    assert len(rows) >= AT_LEAST[name]
    padded = [row for row in rows if any(v != v.strip() or "||" in v for v in row.values())]
    assert padded == []


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique(name: str) -> None:
    seen: set[tuple[str, ...]] = set()
    twice = []
    for row in ROWS[name]:
        key = tuple(row[column] for column in KEYS[name])
        if key in seen:
            twice.append(key)
        seen.add(key)
    assert twice == []


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("countries", "names"),
        ("countries", "demonyms"),
        ("countries", "seats"),
        ("organizations", "aliases"),
        ("groups", "aliases"),
        ("leaders", "aliases"),
    ],
)
def test_no_value_twice_in_a_cell(name: str, column: str) -> None:
    assert [r for r in ROWS[name] if len(set(values(r[column]))) != len(values(r[column]))] == []


def test_the_data_is_small() -> None:
    assert sum(p.stat().st_size for p in DATA.iterdir() if p.is_file()) < 12_000_000
    assert (DATA / "places.tsv.gz").stat().st_size < 4_000_000


def groups_of(pattern: str, text: str) -> tuple[str, ...]:
    match = re.fullmatch(pattern, text)
    assert match is not None, text
    return match.groups()


def test_countries_codes_and_years() -> None:
    for row in ROWS["countries"]:
        assert re.fullmatch(r"[A-Z]{3}", row["iso3"]), row
        assert re.fullmatch(r"([A-Z]{2})?", row["iso2"]), row
        assert re.fullmatch(r"(Q\d+)?", row["qid"]), row
        assert row["pre"] in ("0", "1"), row
        assert values(row["names"])[0] == row["name"], row
        for code in values(row["successor"]) + values(row["parent"]):
            assert code in STATES, row
        if row["start_year"] and row["end_year"]:
            assert int(row["start_year"]) <= int(row["end_year"]), row
        for column in ("cow_codes", "gw_codes"):
            for item in values(row[column]):
                code, first, last = groups_of(r"(\d{1,3}):(\d{4})-(\d{4})?", item)
                assert 0 < int(code) < 1000, row
                assert 1816 <= int(first) <= int(last or 9999), row
        if row["pre"] == "1":
            assert row["parent"], row


@pytest.mark.parametrize("column", ["cow_codes", "gw_codes"])
def test_a_state_system_code_is_held_by_one_state_at_a_time(column: str) -> None:
    spans: dict[str, list[tuple[int, int, str]]] = {}
    for row in ROWS["countries"]:
        for item in values(row[column]):
            code, years = item.split(":")
            first, last = years.split("-")
            spans.setdefault(code, []).append((int(first), int(last or 9999), row["iso3"]))
    for code, held in spans.items():
        held.sort()
        for (_, before, one), (after, _, other) in itertools.pairwise(held):
            assert after >= before, (code, one, other)


def test_a_name_of_a_country_means_one_country() -> None:
    owner: dict[str, str] = {}
    for row in ROWS["countries"]:
        for name in values(row["names"]):
            assert owner.setdefault(name, row["iso3"]) == row["iso3"], name


@pytest.mark.parametrize("table", ["organizations", "groups"])
def test_organizations_codes_and_years(table: str) -> None:
    for row in ROWS[table]:
        assert row["country"] in STATES or row["country"] in SPECIAL or row["country"] == "", row
        assert row["sector"] in SECTORS or row["sector"] == "", row
        assert row["kind"], row
        assert re.fullmatch(r"(Q\d+)?", row["qid"]), row
        assert set(values(row["members"])) <= set(STATES), row
        assert set(values(row["generic"])) <= set(forms(row)), row
        assert row["name"] not in values(row["aliases"]), row
        for column in ("founded", "ended"):
            assert re.fullmatch(r"(\d{3,4})?", row[column]), row
        if row["founded"] and row["ended"]:
            assert int(row["founded"]) <= int(row["ended"]), row
        tenures = [groups_of(r"([A-Z]{3}):(\d{4})-(\d{4})?", t) for t in values(row["tenures"])]
        assert all(sector in SECTORS for sector, _, _ in tenures), row
        starts = [int(first) for _, first, _ in tenures]
        assert starts == sorted(starts), row
        assert all(int(first) <= int(last or 9999) for _, first, last in tenures), row
        if tenures:
            assert row["sector"] == tenures[-1][0], row


def test_parties_of_at_least_ninety_states() -> None:
    assert len({r["country"] for r in ROWS["groups"] if r["kind"] == "party"}) >= 90


def test_offices_values() -> None:
    for row in ROWS["offices"]:
        assert row["sector"] in SECTORS or row["sector"] == "", row
        assert row["kind"] in ("office", "collective", "body"), row
        assert row["person"] in ("0", "1"), row
        assert row["former_eli"] in ("0", "1"), row
        assert row["strength"] in ("strong", "weak"), row
        assert row["sector"] or row["strength"] == "weak", row


EDTF_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def bound(date: str) -> str:
    return re.sub(r"[\[\].]", "", date)


def test_leaders_codes_and_dates() -> None:
    for row in ROWS["leaders"]:
        assert row["iso3"] in STATES or row["iso3"] in SPECIAL, row
        assert EDTF_DAY.fullmatch(row["start"]), row
        assert (
            row["end"] == "" or EDTF_DAY.fullmatch(row["end"]) or re.fullmatch(r"\[\d{4}-\d\d-\d\d\.\.\]", row["end"])
        ), row
        assert row["certainty"] in ("sure", "likely"), row
        assert all(row[column] for column in ("name", "office", "source")), row
        end = bound(row["end"])
        if end:
            width = min(len(end), len(row["start"]))
            assert row["start"][:width] <= end[:width], row


def test_ministers_of_at_least_sixty_states() -> None:
    offices = re.compile(r"(foreign|defense|external affairs) (minister|secretary)$|secretary of defense$")
    rows = [r for r in ROWS["leaders"] if r["source"] == "general knowledge" and offices.match(r["office"])]
    assert len(rows) >= 600
    assert len({r["iso3"] for r in rows}) >= 60


@pytest.mark.parametrize("table", ["places", "places_extra"])
def test_places_values(table: str) -> None:
    for row in ROWS[table]:
        assert -90 <= float(row["latitude"]) <= 90, row
        assert -180 <= float(row["longitude"]) <= 180, row
        assert row["iso3"] in STATES or row["iso3"] == "", row
        assert (row["latitude"], row["longitude"]) != ("0.000", "0.000"), row


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("Russia", "RUS"),
        ("DRC", "COD"),
        ("Burma", "MMR"),
        ("Kosovo", "XKX"),
        ("Ivory Coast", "CIV"),
        ("UK", "GBR"),
        ("U.S.", "USA"),
        ("USSR", "SUN"),
        ("Yugoslavia", "YUG"),
        ("West Bank", "PSE"),
        ("Swaziland", "SWZ"),
        ("Turkey", "TUR"),
        ("Gaza", "PSE"),
        ("UAE", "ARE"),
        ("Holland", "NLD"),
        ("DPRK", "PRK"),
        ("ROK", "KOR"),
        ("Zaire", "COD"),
        ("Holy See", "VAT"),
        ("Namibia", "NAM"),
    ],
)
def test_country_names(name: str, iso3: str) -> None:
    assert [r["iso3"] for r in ROWS["countries"] if name in values(r["names"])] == [iso3]


@pytest.mark.parametrize(
    ("word", "column", "iso3"),
    [
        ("Briton", "demonyms", "GBR"),
        ("Spaniards", "demonyms", "ESP"),
        ("Dutch", "demonyms", "NLD"),
        ("Kremlin", "seats", "RUS"),
        ("Blue House", "seats", "KOR"),
        ("Quai d'Orsay", "seats", "FRA"),
        ("Downing Street", "seats", "GBR"),
        ("Bankova", "seats", "UKR"),
        ("Zhongnanhai", "seats", "CHN"),
        ("Beijing", "seats", "CHN"),
    ],
)
def test_demonyms_and_seats(word: str, column: str, iso3: str) -> None:
    current = [r["iso3"] for r in ROWS["countries"] if word in values(r[column]) and not r["end_year"]]
    assert current == [iso3]


@pytest.mark.parametrize(
    ("iso3", "parent"),
    [
        ("XAB", "GEO"),
        ("XSO", "GEO"),
        ("XDN", "UKR"),
        ("XLN", "UKR"),
        ("XNK", "AZE"),
        ("XNC", "CYP"),
        ("XTD", "MDA"),
        ("XSL", "SOM"),
        ("ESH", "MAR"),
    ],
)
def test_disputed_entities_fold_into_their_parent(iso3: str, parent: str) -> None:
    assert (STATES[iso3]["parent"], STATES[iso3]["pre"]) == (parent, "1")


@pytest.mark.parametrize(
    ("table", "form", "country", "sector"),
    [
        ("organizations", "NATO", "IGO", ""),
        ("organizations", "U.N.", "UNO", ""),
        ("organizations", "EU", "EUR", ""),
        ("organizations", "Xiangshan Forum", "CHN", "MIL"),
        ("organizations", "Munich Security Conference", "NGO", "SOC"),
        ("organizations", "Moscow Carnegie Center", "RUS", "SOC"),
        ("organizations", "FBI", "USA", "COP"),
        ("organizations", "CIA", "USA", "SPY"),
        ("organizations", "Duma", "RUS", "LEG"),
        ("organizations", "Knesset", "ISR", "LEG"),
        ("organizations", "Pentagon", "USA", "MIL"),
        ("organizations", "PLA", "CHN", "MIL"),
        ("organizations", "TASS", "RUS", "JRN"),
        ("organizations", "ANI", "IND", "JRN"),
        ("organizations", "IRGC", "IRN", "MIL"),
        ("groups", "Hezbollah", "LBN", "REB"),
        ("groups", "FARC", "COL", "REB"),
        ("groups", "PKK", "TUR", "REB"),
        ("groups", "ISIS", "ISM", "REB"),
        ("groups", "BJP", "IND", "PTY"),
        ("groups", "AfD", "DEU", "PTY"),
        ("groups", "Sinaloa Cartel", "MEX", "CRM"),
    ],
)
def test_organization_probes(table: str, form: str, country: str, sector: str) -> None:
    assert (country, sector) in [(r["country"], r["sector"]) for r in find(table, form)]


def test_the_taliban_governed_twice() -> None:
    (row,) = find("groups", "Taliban", "AFG")
    assert "GOV:1996-2001" in values(row["tenures"])
    assert "GOV:2021-" in values(row["tenures"])


@pytest.mark.parametrize(
    ("pattern", "sector", "kind"),
    [
        ("foreign ministry official", "GOV", "office"),
        ("soldiers", "MIL", "collective"),
        ("fighters", "UAF", "collective"),
        ("rebel commander", "REB", "office"),
        ("opposition leader", "OPP", "office"),
        ("police chief", "COP", "office"),
        ("lawmaker", "LEG", "office"),
        ("foreign ministry", "GOV", "body"),
        ("cartel", "CRM", "collective"),
        ("refugees", "REF", "collective"),
        ("protesters", "CVL", "collective"),
    ],
)
def test_office_probes(pattern: str, sector: str, kind: str) -> None:
    (row,) = [r for r in ROWS["offices"] if r["pattern"] == pattern]
    assert (row["sector"], row["kind"]) == (sector, kind)


def holders(iso3: str, office: str, day: str) -> set[str]:
    return {
        r["name"]
        for r in ROWS["leaders"]
        if (r["iso3"], r["office"]) == (iso3, office)
        and r["start"] <= day
        and (r["end"] == "" or r["end"].startswith("[") or day < r["end"])
    }


@pytest.mark.parametrize(
    ("iso3", "office", "day", "name"),
    [
        ("RUS", "defense minister", "2018-10-24", "Sergei Shoigu"),
        ("CHN", "defense minister", "2018-10-25", "Wei Fenghe"),
        ("CHN", "vice chairman of the Central Military Commission", "2024-06-01", "Zhang Youxia"),
        ("RUS", "foreign minister", "2010-01-01", "Sergei Lavrov"),
        ("UNO", "secretary-general", "2003-03-20", "Kofi Annan"),
        ("IGO", "NATO secretary general", "2020-01-01", "Jens Stoltenberg"),
        ("GBR", "prime minister", "2019-12-01", "Boris Johnson"),
        ("SVK", "foreign minister", "2024-01-15", "Juraj Blanar"),
        ("USA", "secretary of defense", "2005-01-01", "Donald Rumsfeld"),
        ("IND", "external affairs minister", "2025-01-01", "S. Jaishankar"),
    ],
)
def test_who_held_the_office(iso3: str, office: str, day: str, name: str) -> None:
    assert name in holders(iso3, office, day)


def test_known_places() -> None:
    moscow = next(r for r in ROWS["places"] if r["geonameid"] == "524901")
    assert (moscow["name"], moscow["iso3"], moscow["feature"]) == ("Moscow", "RUS", "PPLC")
    kobani = next(r for r in ROWS["places"] if "Kobani" in values(r["alternates"]))
    assert kobani["iso3"] == "SYR"
    extra = {n: r for r in ROWS["places_extra"] for n in [r["name"], *values(r["alternates"])]}
    assert extra["Donbas"]["iso3"] == "UKR"
    assert extra["Strait of Hormuz"]["iso3"] == ""
    for name in ("Gaza Strip", "Golan Heights", "Kashmir", "South China Sea", "Xinjiang", "Darfur", "Crimea"):
        assert name in extra, name
