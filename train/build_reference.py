"""Reshape open facts into two of the reference tables of `src/dragoman/data/`.

    python train/build_reference.py FACTS leaders     # leaders.tsv
    python train/build_reference.py FACTS places      # places.tsv.gz

FACTS is a folder with `actors/` and `gazetteer/`, holding:
  actors/leaders_archigos_1945_2015.jsonl     Archigos 4.1 terms (CC BY 4.0)
  actors/leaders_reign_1945_2021.csv          REIGN (MIT): ends of the terms that Archigos cuts in 2015
  actors/leaders_factbook_2014_2026.jsonl     heads of state and government by the CIA World Factbook (public domain)
  actors/us_state_officials_1945_2026.jsonl   U.S. State Department posts, Office of the Historian (CC0)
  actors/us_executive.yaml, us_legislators_current.yaml   congress-legislators (CC0; needs PyYAML)
  gazetteer/countryInfo.txt, admin1CodesASCII.txt, cities15000.txt, cities1000.tsv   GeoNames (CC BY 4.0)

Both tables may be edited by hand. A re-run of `leaders` keeps every row whose source is `general knowledge`, and
keeps the hand-edited name, aliases, end and certainty of a row with the same country, office, start and source.
Only facts are taken over (names, dates, coordinates); no sentence of any source is copied.
"""

import csv
import gzip
import io
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

Row = dict[str, str]
Spans = dict[int, list[tuple[int, int, str]]]

DATA = Path(__file__).resolve().parents[1] / "src" / "dragoman" / "data"
LEADER_COLUMNS = ["iso3", "name", "aliases", "office", "start", "end", "source", "certainty"]
PLACE_COLUMNS = ["geonameid", "name", "alternates", "latitude", "longitude", "iso3", "admin1", "feature", "population"]
LEADER_HEAD = """\
# Office-holders: heads of state and government since 1945, ministers, U.S. officials, heads of international bodies.
# iso3: state, or IGO, UNO, EUR, NGO. office: as in news; `leader` is the effective ruler, whatever the title.
# start, end: EDTF dates of the term, end as the day it ended; empty end: in office when last checked (January 2026);
# `[2017-03-28..]`: on or after that day. certainty: sure, or likely where a date or the office is inferred.
# Sources: Archigos 4.1 (Goemans, Gleditsch, Chiozza; CC BY 4.0), REIGN (OEF Research; MIT), CIA World Factbook
# (public domain), Office of the Historian, U.S. State Department (CC0), congress-legislators (CC0), general knowledge.
"""
OPEN_SINCE = "2025-12-01"  # a Factbook holder still listed after this day is in office
# Slips of the year in the Archigos file: Chavez died, and Maduro followed, in 2013.
CORRECTED = {("VEN-1999", "end"): "2013-03-05", ("VEN-2012", "start"): "2013-03-05"}
CUT = "2015-12-31"  # Archigos ends here


def read_table(path: Path) -> list[Row]:
    """Rows of one of our own tables, comment lines skipped."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def write_table(stream: TextIO, head: str, columns: list[str], rows: list[Row]) -> None:
    stream.write(head)
    writer = csv.DictWriter(
        stream, columns, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None
    )
    writer.writeheader()
    writer.writerows({k: re.sub(r"\s+", " ", str(v)).strip() for k, v in row.items()} for row in rows)


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    with open(path, encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def bare(text: str) -> str:
    """Letters only, folded: `Gol’yanovo` and `Gol'yanovo` are one town."""
    return re.sub(r"[^a-z]", "", fold(text))


def fold(text: str) -> str:
    """Lower case without accents, for comparing names."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


# --- leaders -----------------------------------------------------------------------------------------------------


def cow_index(countries: list[Row]) -> Spans:
    """COW or, after it, GW code -> [(first year, last year, iso3)], from our country table."""
    index: Spans = defaultdict(list)
    for column, row in [(c, r) for c in ("cow_codes", "gw_codes") for r in countries]:
        for item in filter(None, row[column].split("|")):
            code, years = item.split(":")
            first, last = years.split("-")
            index[int(code)].append((int(first), int(last or 9999), row["iso3"]))
    return index


def state_of(index: Spans, ccode: str, year: int) -> str | None:
    spans = index.get(int(ccode), [])
    inside = [iso3 for first, last, iso3 in spans if first <= year < last]
    return inside[0] if inside else (spans[-1][2] if spans else None)


def archigos_rows(facts: Path, countries: list[Row]) -> Iterator[tuple[str, ...]]:
    index = cow_index(countries)
    ends: dict[tuple[int, int], list[tuple[int, str, str]]] = defaultdict(list)
    with open(facts / "actors/leaders_reign_1945_2021.csv", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["syear"] and row["ccode"]:
                end = f"{row['eyear']}-{int(row['emonth']):02d}" if row["eyear"] and row["emonth"] else ""
                ends[int(float(row["ccode"])), int(row["syear"])].append((int(row["smonth"]), row["leader"], end))
    for term in read_jsonl(facts / "actors/leaders_archigos_1945_2015.jsonl"):
        start, end = (CORRECTED.get((term["obsid"], side), term[side]) for side in ("start", "end"))
        certainty = "sure"
        iso3 = state_of(index, term["ccode"], max(int(start[:4]), 1945))
        if iso3 is None or end < "1945-01-01":
            continue
        if end >= CUT:
            same = [e for m, _, e in ends[int(term["ccode"]), int(start[:4])] if abs(m - int(start[5:7])) <= 1]
            end, certainty = (same[0] if len(same) == 1 and same[0] else f"[{CUT}..]"), "likely"
        yield iso3, tidy(term["leader"]), "", "leader", start, end, "Archigos", certainty


def tidy(name: str) -> str:
    name = re.sub(r"\s+", " ", name).strip()
    name = re.sub(r"^([A-Z]\.)(?=[A-Z][a-z])", r"\1 ", name)
    return re.sub(r"(^|[\s-])([A-Z]{3,})(?=$|[\s-])", lambda m: m[1] + m[2].capitalize(), name)


def capitalise(token: str) -> str:
    if re.fullmatch(r"[IVX]+", token):
        return token
    if re.match(r"Mc[A-Z]", token):
        return "Mc" + token[2:].capitalize()
    return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), token)


def factbook_name(raw: str) -> tuple[str, list[str]] | None:
    """`Vladimir Vladimirovich PUTIN` -> (`Vladimir Putin`, [`Vladimir Vladimirovich Putin`]); None when not a name."""
    raw = re.sub(r'^[-–\s]+(President|Prime Minister)?\s*|"[^"]*"', "", raw).strip()
    if re.search(r"[;:(\d,/]|\band\b|\bof\b|Premier|Minister|President|Vice|ruler|vacant|Secretary|Council", raw, re.I):
        return None
    tokens = raw.split()
    upper = [
        i for i, t in enumerate(tokens) if len(t) > 1 and t == t.upper() and not re.fullmatch(r"[IVX]+|[A-Z]\.", t)
    ]
    if not upper or len(tokens) > 6:
        return None
    full = " ".join(capitalise(t) if i in upper else t for i, t in enumerate(tokens))
    words = full.split()
    short = words if upper[0] == 0 else words[: upper[-1] + 1]
    short = [
        w
        for i, w in enumerate(short)
        if not (0 < i < len(short) - 1 and re.search(r"(ovich|evich|yich|ovna|evna)$", w))
    ]
    name = " ".join(short)
    aliases = [full] if full != name else []
    if upper[0] > 1 and len(short) > 2:
        aliases.append(f"{short[0]} {' '.join(short[upper[0] :]) if len(short) > upper[0] else short[-1]}")
    return name, [a for a in dict.fromkeys(aliases) if a != name]


GOOD_TITLE = re.compile(
    r"^(Acting |Interim |Caretaker |Transitional |Deputy |First |Second |Executive |Co-)*"
    r"(President|Prime Minister|Premier|Vice President|King|Queen|Emir|Amir|Sultan|Prince|Grand Duke|Governor General|"
    r"Chancellor|Taoiseach|Supreme Leader|Chief Minister|Chief Executive|Governor|Pope|Captain Regent|Minister of State|"
    r"Deputy Prime Minister|President of the Government|Head of Government)$"
)


def factbook_rows(facts: Path, countries: list[Row]) -> Iterator[tuple[str, ...]]:
    by_fips = {f.lower(): row for row in countries for f in row["fips"].split("|") if f and not row["end_year"]}
    by_fips.update(cg=next(r for r in countries if r["iso3"] == "COD"))
    merged: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for holder in read_jsonl(facts / "actors/leaders_factbook_2014_2026.jsonl"):
        row, parsed = by_fips.get(holder["gec"]), factbook_name(holder["name"])
        if row is None or parsed is None or not holder["since"]:
            continue
        name, aliases = parsed
        foreign_crown = fold(name).startswith(("elizabeth ii", "charles iii")) and row["iso3"] != "GBR"
        if foreign_crown or (row["parent"] and holder["role"] == "chief of state"):
            continue
        title = (holder["title"] or "").strip()
        if not GOOD_TITLE.match(title):
            if not holder["primary"]:
                continue
            title = {"chief of state": "head of state"}.get(holder["role"], "head of government")
        end = "" if holder["last_seen"] >= OPEN_SINCE else (holder.get("until_derived") or f"[{holder['last_seen']}..]")
        if end and not end.startswith("[") and end < holder["last_seen"]:
            end = f"[{holder['last_seen']}..]"
        surname = fold(name).split()[-1][:4]
        key = row["iso3"], title.lower(), holder["since"][:7], surname
        known = merged.get(key)
        if known:
            known["aliases"] += [n for n in [name, *aliases] if n != known["name"]]
            known["ends"].append((holder["last_seen"], end))
        else:
            merged[key] = {
                "name": name,
                "aliases": aliases,
                "start": holder["since"],
                "ends": [(holder["last_seen"], end)],
            }
    for (iso3, office, _, _), term in merged.items():
        end = max(term["ends"])[1]
        certainty = "likely" if end else "sure"
        others = "|".join(dict.fromkeys(a for a in term["aliases"] if a != term["name"]))
        yield iso3, str(term["name"]), others, office, term["start"], end, "Factbook", certainty


def us_rows(facts: Path, countries: list[Row]) -> Iterator[tuple[str, ...]]:
    import yaml  # type: ignore[import-untyped]  # only here: the project itself does not need it

    names = {re.sub(r"[^a-z]+", "-", fold(r["name"])).strip("-"): r["name"] for r in countries}
    for post in read_jsonl(facts / "actors/us_state_officials_1945_2026.jsonl"):
        if not post["start"]:
            continue
        office = post["post"]
        if post["kind"] == "chief_of_mission":
            office = "Ambassador to " + names.get(office, office.replace("-", " ").title())
        words = re.sub(r",? (Jr\.|Sr\.|II|III|IV)$", "", post["person"]).split()
        short = f"{words[0]} {words[-1]}" if len(words) > 2 else ""
        yield "USA", post["person"], short, office, post["start"], post["end"] or "", "State Department", "sure"
    for file in ("us_executive.yaml", "us_legislators_current.yaml"):
        people = yaml.load(
            (facts / "actors" / file).read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
        for person in people:
            called = person["name"]
            name = called.get("official_full") or " ".join(
                filter(None, [called["first"], called.get("middle"), called["last"]])
            )
            plain = f"{called.get('nickname') or called['first']} {called['last']}"
            spells: dict[tuple[str, str], list[str]] = {}
            for term in person["terms"]:
                office = {"prez": "president", "viceprez": "vice president", "sen": "senator", "rep": "representative"}[
                    term["type"]
                ]
                if term["end"] < "1945-01-01":
                    continue
                spell = spells.setdefault(
                    (office, term["start"][:4] if office.endswith("president") else ""), [term["start"], ""]
                )
                spell[1] = term["end"]
            for (office, _), (start, end) in spells.items():
                end = "" if end > "2026-02-01" else end
                yield "USA", name, plain if plain != name else "", office, start, end, "congress-legislators", "sure"


def close_terms(rows: list[Row]) -> None:
    """Terms that Archigos cuts end when the Factbook says that the same person's last term ended."""
    later: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        if row["source"] == "Factbook":
            later[row["iso3"]].append((fold(row["name"]), row["end"]))
    for row in rows:
        if row["source"] == "Archigos" and row["end"].startswith("["):
            surname = fold(row["name"]).split()[-1]
            ends = [end for name, end in later[row["iso3"]] if surname in name]
            if ends:
                row["end"] = "" if "" in ends else max(ends)


def key_of(row: Row) -> tuple[str, ...]:
    return row["iso3"], row["office"], row["start"], row["source"]


def build_leaders(facts: Path) -> None:
    countries = read_table(DATA / "countries.tsv")
    path = DATA / "leaders.tsv"
    old = read_table(path) if path.exists() else []
    edited: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in old:
        edited[key_of(row)].append(row)
    rows = []
    for values in [*archigos_rows(facts, countries), *factbook_rows(facts, countries), *us_rows(facts, countries)]:
        row = dict(zip(LEADER_COLUMNS, values, strict=True))
        kept = edited.get(key_of(row), [])
        rows.append(kept[0] if len(kept) == 1 else row)
    close_terms(rows)
    rows += [row for row in old if row["source"] == "general knowledge"]
    unique = {(r["iso3"], r["name"], r["office"], r["start"]): r for r in rows}
    ordered = sorted(unique.values(), key=lambda r: (r["iso3"], r["start"], r["office"], r["name"]))
    with open(path, "w", encoding="utf-8") as stream:
        write_table(stream, LEADER_HEAD, LEADER_COLUMNS, ordered)
    print(f"{len(ordered)} rows in {path.name}")


# --- places ------------------------------------------------------------------------------------------------------

PLACE_HEAD = """\
# Populated places, first-order divisions and countries. Facts of GeoNames (geonames.org), licence CC BY 4.0,
# reshaped: columns reduced, coordinates rounded to 0.001 degree, alternate names only in Latin letters; places
# without an id come from the part of the dump that was at hand without ids. Divisions (ADM1) and countries (PCLI)
# carry the mean position of their larger towns, not a surveyed centre.
"""
ALTERNATE = re.compile(r"[A-ZÀ-ÞĀ-Ž][\w'’.\- ]{2,29}")
ALTERNATES_FROM = 15_000  # inhabitants; smaller towns keep only the plain-letter form of their name


def latin(text: str) -> bool:
    return all(ord(c) < 0x250 or c in "’ʻ" for c in text)


def alternates(name: str, plain: str, raw: str, population: int, taken: dict[str, int], feature: str) -> list[str]:
    names = [plain] if plain != name else []
    if population >= ALTERNATES_FROM or feature in ("PPLC", "PPLA"):
        for item in raw.split(","):
            good = ALTERNATE.fullmatch(item) and latin(item) and not re.search(r"\d", item)
            if good and not item.isupper() and taken.get(item, -1) <= population:
                names.append(item)
    return [n for n in dict.fromkeys(names) if n != name]


def build_places(facts: Path) -> None:
    folder = facts / "gazetteer"
    iso3: dict[str, str] = {}
    country_rows: dict[str, tuple[str, str, int]] = {}
    admin1: dict[str, tuple[str, str, str]] = {}
    rows: list[list[Any]] = []
    for line in (folder / "countryInfo.txt").read_text(encoding="utf-8").splitlines():
        part = line.split("\t")
        if not line.startswith("#") and len(part) > 16 and part[1] != "ISO3" and part[1]:
            iso3[part[0]] = part[1]
            country_rows[part[1]] = (part[16], part[4], int(part[7] or 0))
    for line in (folder / "admin1CodesASCII.txt").read_text(encoding="utf-8").splitlines():
        code, name, plain, number = line.split("\t")
        admin1[code] = (number, name, plain)
    cities = [line.split("\t") for line in (folder / "cities15000.txt").read_text(encoding="utf-8").splitlines()]
    taken: dict[str, int] = {}
    for part in cities:
        for name in {part[1], part[2]}:
            taken[name] = max(taken.get(name, -1), int(part[14] or 0))
    seen: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    spots: set[tuple[float, float]] = set()
    for part in cities:
        number, name, plain, raw, lat, lon, code, population = *part[:6], part[7], int(part[14] or 0)
        country, division = iso3.get(part[8], ""), part[8] + "." + part[10]
        province = admin1.get(division, ("", "", ""))[1]
        other = "|".join(alternates(name, plain, raw, population, taken, code))
        rows.append([number, name, other, lat, lon, country, province, code, population])
        seen[part[8], bare(plain)].append((float(lat), float(lon)))
        spots.add((round(float(lat), 3), round(float(lon), 3)))
        points[division].append((float(lat), float(lon)))
        points[country].append((float(lat), float(lon)))
    with open(folder / "cities1000.tsv", encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            north, east = float(row["lat"]), float(row["lon"])
            plain = "".join(c for c in unicodedata.normalize("NFD", row["city"]) if not unicodedata.combining(c))
            twins = seen[row["country_code"], bare(plain)]
            if (
                any(abs(north - a) < 0.1 and abs(east - b) < 0.1 for a, b in twins)
                or (round(north, 3), round(east, 3)) in spots
            ):
                continue
            population = int(row["population"] or 0)
            if population < MIN_POPULATION or row["country_code"] not in iso3:
                continue
            plain = plain if plain != row["city"] and plain.isascii() else ""
            rows.append(
                ["", row["city"], plain, north, east, iso3[row["country_code"]], row["state"] or "", "PPL", population]
            )
    for code, (number, name, plain) in admin1.items():
        if points[code]:
            north, east = mean(points[code])
            rows.append(
                [number, name, plain if plain != name else "", north, east, iso3.get(code[:2], ""), name, "ADM1", 0]
            )
    for code, (number, name, population) in country_rows.items():
        if points[code]:
            north, east = mean(points[code])
            rows.append([number, name, "", north, east, code, "", "PCLI", population])
    for place in rows:
        place[3], place[4] = f"{float(place[3]):.3f}", f"{float(place[4]):.3f}"
    rows.sort(key=lambda r: (r[5], r[6], r[1], r[3]))
    text = io.StringIO()
    write_table(text, PLACE_HEAD, PLACE_COLUMNS, [dict(zip(PLACE_COLUMNS, r, strict=True)) for r in rows])
    path = DATA / "places.tsv.gz"
    path.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), 9, mtime=0))
    print(f"{len(rows)} rows in {path.name}, {path.stat().st_size:,} bytes")


MIN_POPULATION = 1_000


def mean(points: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)


def main() -> None:
    if len(sys.argv) != 3 or sys.argv[2] not in ("leaders", "places"):
        sys.exit(__doc__)
    {"leaders": build_leaders, "places": build_places}[sys.argv[2]](Path(sys.argv[1]))


if __name__ == "__main__":
    main()
