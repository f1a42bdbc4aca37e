"""Phrases and names of an article, with a reader that is told what to find. Sentences are our own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dragoman.actors import Resolution, resolve_actors
from dragoman.mentions import find_mentions
from dragoman.naming.antecedents import Choice
from dragoman.naming.candidates import Candidate
from dragoman.records import Mention
from dragoman.reference import load_reference, rows_of
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from tests.builders import article


class Told:
    """A reader that finds what a test says: names with their kind, and parties."""

    def __init__(self, text: str, names: dict[str, str], parties: Sequence[str] = ()) -> None:
        self.found = [(text.index(name), text.index(name) + len(name), kind, 0.9) for name, kind in names.items()]
        self.spans = [(text.index(party), text.index(party) + len(party)) for party in parties]

    def names(self, text: str, sentences: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int, str, float]]:
        return self.found

    def parties(self, text: str, sentences: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
        return self.spans

    def antecedents(
        self, text: str, sentences: Sequence[tuple[int, int]], candidates: Sequence[Candidate]
    ) -> Sequence[Choice]:
        return ()


def read(
    text: str, names: dict[str, str] | None = None, parties: Sequence[str] = ()
) -> tuple[tuple[Mention, ...], Resolution]:
    made = article(text)
    told = Told(text, names or {}, parties)
    found = find_mentions(made, sentences(text), load_reference(), load_tagger(), told)
    return found, resolve_actors(made, found, load_reference())


def meant(text: str, phrase: str) -> set[str]:
    """The countries of what a phrase stands for."""
    _, cast = read(text)
    at = text.index(phrase)
    return {p.country or "" for p in cast.participants if p.start == at and p.text == phrase}


def test_learned_names_lose_what_is_no_part_of_them() -> None:
    text = "Nepal’s River Commission and the Standing Bureau of the party met."
    found, _ = read(text, {"’s River Commission": "organization", "Standing Bureau of the": "organization"})
    assert {m.text for m in found if m.kind == "organization"} == {"River Commission", "Standing Bureau"}


def test_a_learned_name_grows_to_the_name_the_reference_knows() -> None:
    text = "Officials of the Communist Party of China (CPC) met. The CPC said so."
    found, cast = read(text, {"Communist Party of": "organization", "CPC": "organization"})
    assert "Communist Party of China" in {m.text for m in found if m.kind == "organization"}
    assert {a.country for a in cast.actors if a.kind == "organization"} == {"CHN"}
    assert "Coalition of Patriots for Change" not in {a.name for a in cast.actors}


def test_a_weapon_is_no_body() -> None:
    text = "Chile bought the QRX missile system. The QRX pleased its army, and the QRW objected."
    found, _ = read(text, {"QRX": "organization", "QRW": "organization"})
    assert {m.text for m in found if m.kind == "organization"} == {"QRW"}


def test_what_meets_and_what_it_is_about_are_no_bodies() -> None:
    text = "Peru opened the Lima Forum on Ocean Trade, and the Oslo Grain Summit followed."
    found, cast = read(text, {"Ocean Trade": "organization", "Oslo Grain": "organization"})
    assert not [m for m in found if m.kind == "organization"]
    assert {a.country for a in cast.actors} <= {"PER", "NOR", None}


def test_a_word_that_opens_a_sentence_is_no_name() -> None:
    text = "Ships pass. Hence, ports matter."
    found, _ = read(text, {"Hence": "place"})
    assert not found


def test_a_number_is_no_party_and_a_longer_party_takes_the_place_of_a_shorter() -> None:
    text = "Senior officials from over 40 countries came to Lima."
    found, cast = read(text, {}, ["40", "Senior officials from over 40 countries"])
    assert [m.text for m in found if m.kind == "phrase" and "fficials" in m.text] == [
        "Senior officials from over 40 countries"
    ]
    assert "40" not in {p.text for p in cast.participants}


def test_a_learned_party_with_an_apposition_is_the_person_it_begins_with() -> None:
    text = "Colonel Ada Ruiz, deputy head of the Planning Office under the General Staff of the Peruvian Navy (PN), said so."
    found, cast = read(text, {"Ada Ruiz": "person"}, [text[: text.index(", said") - 1]])
    assert [m.text for m in found if m.kind == "phrase" and m.span.start == 0] == ["Colonel Ada Ruiz"]
    assert [a.name for a in cast.actors if a.kind == "person"] == ["Ada Ruiz"]


def test_a_verb_and_an_adjective_are_no_offices() -> None:
    found, cast = read("Peru will host the games and discuss major regional and local issues.")
    assert {m.text for m in found if m.kind == "office"} == set()
    assert {a.name for a in cast.actors} == {"Peru"}


def test_a_pair_is_the_two_countries_joined_before() -> None:
    text = (
        "Chile and Peru will share data. Both countries gain. The talks touched Iran and, later, Japanese loans. "
        "The two neighbours fear for Kenya and Oman. The two navies agreed."
    )
    assert meant(text, "Both countries") == {"CHL", "PER"}
    assert meant(text, "The two neighbours") == {"CHL", "PER"}
    assert meant(text, "The two navies") == {"KEN", "OMN"}


def test_a_group_named_again_is_the_same_group() -> None:
    text = (
        "Envoys and senior delegations from both sides of Chile and Peru met. Rain fell. "
        "The delegations also spoke of Korean loans."
    )
    text = text.replace("both sides of Chile and Peru", "Chile and Peru")
    assert meant(text, "The delegations") == {"CHL", "PER"}


def test_their_leaders_are_those_of_the_two_sides() -> None:
    text = "Chile and Peru met. Ruiz called on the two sides to honour the word of their leaders."
    assert meant(text, "their leaders") == {"CHL", "PER"}


def test_a_body_whose_first_word_is_an_office_is_a_body() -> None:
    _, cast = read("Abebe Girma sits on the Executive Committee of the ruling party.")
    assert ("Executive Committee", "organization") in {(a.name, a.kind) for a in cast.actors}


def test_places_that_states_share_are_of_none() -> None:
    assert meant("Ships left the Iberian Peninsula for Africa.", "the Iberian Peninsula") <= {""}
    assert meant("Ships left Spain. Africa awaits.", "Africa") <= {""}


def test_a_paper_is_not_the_committee_that_begins_like_it() -> None:
    _, cast = read("The Kenyan Foreign Affairs Committee met.")
    assert {a.country for a in cast.actors} == {"KEN"}


def test_we_is_the_state_of_the_official_who_speaks() -> None:
    text = (
        "“We will share our charts,” Kenyan Defence Minister Juma Otieno said. "
        "“If they ask, we agree,” PTI quoted Otieno as saying.\n\n"
        "“We fish here,” said Ana Ruiz. “The US will help us,” she added."
    )
    assert meant(text, "We") == {"KEN"}
    assert meant(text, "we") == {"KEN"}
    _, cast = read(text)
    assert [p.name for p in cast.participants if p.text == "We" and p.start > 100] == ["Ana Ruiz"]
    assert {p.country for p in cast.participants if p.text in ("The US", "US")} <= {"USA"}


def test_the_two_ministers_are_the_persons_named_together() -> None:
    text = (
        "Chile and Peru praised Planning Minister Ana Ruiz and her Peruvian counterpart Pablo Soto. "
        "The two ministers have met twice. Both countries gain."
    )
    _, cast = read(text)
    assert {p.name for p in cast.participants if p.text == "The two ministers"} == {"Ana Ruiz", "Pablo Soto"}
    assert meant(text, "Both countries") == {"CHL", "PER"}


def test_a_meeting_is_one_whole_mention_and_no_piece_of_it_a_body() -> None:
    text = "Ruiz opened the 9th Lima Conference on River Trade on April 3. The Oslo Water Forum closed on Monday."
    made, _ = read(text, {}, ["Oslo Water"])
    assert [m.text for m in made if m.kind == "meeting"] == ["Lima Conference on River Trade", "Oslo Water Forum"]
    assert not [m.text for m in made if m.kind == "phrase" and m.text in {"Oslo Water", "Water Forum"}]


def test_who_is_whom_it_follows_and_an_office_s_body_is_no_party() -> None:
    text = "Ada Ruiz, who is a member of the Central Harbour Board of Peru, praised Chile."
    _, told = read(
        text, {"Ada Ruiz": "person", "Central Harbour Board": "organization"}, ["who", "Central Harbour Board"]
    )
    assert {p.name for p in told.participants if p.text == "who"} == {"Ada Ruiz"}
    assert not any(p.text == "Central Harbour Board" for p in told.participants)


def test_what_is_no_noun_and_no_party() -> None:
    text = (
        "Ruiz will speak at the Lima Harbour Forum with all interested on Sino-Peruvian relations, the minister said."
    )
    _, told = read(text, {}, ["interested", "the Lima Harbour Forum", "Sino-Peruvian"])
    assert not {"interested", "the Lima Harbour Forum", "Sino-Peruvian"} & {p.text for p in told.participants}


def test_he_and_she_are_never_one_and_i_is_the_speaker() -> None:
    text = "Mr Ole Dahl met Ms Ada Ruiz in Lima. She praised the port. “I like the city,” Ole Dahl said."
    found, _ = read(text, {"Ole Dahl": "person", "Ada Ruiz": "person"})
    chains = {m.text: m.chain for m in found if m.kind == "pronoun"}
    names = {m.text: m.chain for m in found if m.kind == "person"}
    assert chains["She"] == names["Ada Ruiz"]
    assert chains["I"] == names["Ole Dahl"]


def test_a_place_named_again_by_its_sort_joins_its_chain() -> None:
    text = "Rebels shelled Izmir in Turkey. The city burned. The country mourned. The lake froze."
    found, _ = read(text, {"Izmir": "place"})
    chains = {m.text: m.chain.rpartition("/")[2] for m in found if m.kind == "pronoun"}
    assert chains == {"The city": "place:Izmir", "The country": "country:TUR"}


def chain_of(text: str, phrase: str, names: dict[str, str] | None = None, nth: int = 1) -> str:
    """The label of the chain of the nth occurrence of a phrase; "" for none."""
    found, _ = read(text, names)
    at = -1
    for _ in range(nth):
        at = text.index(phrase, at + 1)
    chains = {m.chain.rpartition("/")[2] for m in found if m.span.start == at and m.text == phrase}
    return next(iter(chains)) if len(chains) == 1 else ", ".join(sorted(chains))


def test_a_name_is_of_one_sort_and_ends_with_its_line() -> None:
    text = "Brovik\n\nBrovik was shelled. Then Brovik burned, they said in Brovik."
    found, _ = read(text, {"Brovik\n\nBrovik": "place"})
    assert len({m.span.start for m in found if m.chain.endswith("/place:Brovik")}) == 4
    assert {m.text for m in found} == {"Brovik"}


def test_a_name_found_once_is_found_again() -> None:
    text = "Ana Ruiz spoke in Lima. At noon Ruiz left the hall."
    assert chain_of(text, "Ruiz", {"Ana Ruiz": "person"}, nth=2) == "person:Ana Ruiz"


def test_an_empty_it_is_in_no_chain() -> None:
    text = "Peru signed the treaty. It is clear that it will keep it."
    assert chain_of(text, "It") == ""
    assert chain_of(text, "it") == "country:PER"


def test_himself_is_who_he_is() -> None:
    text = "Mr. Ruiz hurt himself in Lima."
    assert chain_of(text, "himself") == "person:Ruiz"


def test_a_part_of_a_state_is_no_state() -> None:
    text = "A port in Western Australia was closed."
    assert "country:AUS" not in chain_of(text, "Western Australia")


def test_one_child_is_no_group() -> None:
    text = "Three rebels took a soldier. They fled."
    assert chain_of(text, "They") == chain_of(text, "Three rebels")


def test_a_learned_name_takes_the_office_and_the_nationality_before_it() -> None:
    text = "They met Omani President Salim al-Harthy on Monday."
    found = read(text, {"Salim al-Harthy": "person"})[0]
    assert "Omani President Salim al-Harthy" in [m.text for m in found if m.kind == "phrase"]


def test_a_common_noun_said_again_is_a_chain_and_no_party() -> None:
    text = "A museum in Lima burned. Guards left the museum. The old museum was famous, the new museum is not. The museums of Peru closed."
    found, cast = read(text)
    told = [(m.text, m.chain.rpartition("/")[2]) for m in found if m.kind == "noun"]
    assert told == [
        ("A museum", "place:a museum"),
        ("the museum", "place:a museum"),
        ("The old museum", "place:a museum"),
    ]
    assert not any("museum" in text[p.start : p.end] for p in cast.participants)


def test_nouns_are_of_one_sort_each() -> None:
    rows = rows_of("nouns.tsv")
    assert len({row["noun"] for row in rows}) == len(rows)
    assert {row["sort"] for row in rows} == {"person", "people", "org", "place"}


def people(text: str, names: dict[str, str] | None = None, parties: Sequence[str] = ()) -> dict[str, str]:
    """What every phrase and pronoun for a person stands for."""
    found, _ = read(text, names, parties)
    return {
        m.text: m.chain.partition("person:")[2]
        for m in found
        if m.kind in ("phrase", "pronoun") and "/person:" in m.chain
    }


def test_what_an_office_is_for_is_no_part_of_its_holders_name() -> None:
    text = "Deputy Minister for Multilateral Affairs Park Yong-su spoke."
    found = people(text, {"Multilateral Affairs Park Yong-su": "organization"}, ["Multilateral"])
    assert found == {"Deputy Minister": "Park Yong-su", "Park Yong-su": "Park Yong-su"}
    text = "Under Secretary of the Treasury for Terrorism and Financial Intelligence Ada Quill spoke."
    assert people(text) == {"Under Secretary": "Ada Quill", "Ada Quill": "Ada Quill"}
    assert people("Director of National Security Kim Tae-su spoke.")["Director"] == "Kim Tae-su"


def test_a_name_between_commas_behind_an_office_is_a_persons() -> None:
    text = "Peru's Permanent Observer, Riyad Quill, spoke."
    assert people(text, {"Riyad Quill": "organization"})["Riyad Quill"] == "Riyad Quill"


def test_posts_that_and_joins_are_one_persons() -> None:
    text = "General Li Quan, Chinese State Councilor and Defense Minister, met the Laotian minister."
    assert people(text)["Defense Minister"] == "Li Quan"
    assert "a senior official" not in people("Peru met Vice Premier Ada Quill, a senior official said.")


def test_he_behind_a_quotation_is_not_whom_it_speaks_of() -> None:
    assert "he" not in people("“President Basil Moss was a driver,” he said.")
    text = "Peruvian President Ana Quill met President Basil Moss. For his part, Moss spoke."
    assert people(text)["his"] == "Basil Moss"


def test_times_titles_and_numbers_are_no_part_of_a_party() -> None:
    found, _ = read(
        "In June 2020 twenty Indian soldiers died. Last month gunmen killed nine workers. The vote was free."
    )
    phrases = {m.text for m in found if m.kind == "phrase"}
    assert {"twenty Indian soldiers", "gunmen"} <= phrases
    assert people("Peru gave Ambassador Ada Quill 48 hours to leave.") == {"Ambassador Ada Quill": "Ada Quill"}
    assert people("Peru met H.E. Mr. BUI Thanh Long.") == {"H.E. Mr. BUI Thanh Long": "BUI Thanh Long"}
    assert people("They met Vice Premier He Lifang.") == {"Vice Premier He Lifang": "He Lifang"}


def test_verbs_and_what_is_denied_are_no_parties() -> None:
    found, _ = read(
        "Ruto urged leaders to stay. They are not considering sending soldiers. No troops left. Chad became a full member."
    )
    phrases = {m.text for m in found if m.kind == "phrase"}
    assert {"leaders", "soldiers"} <= phrases
    assert not {"Ruto urged leaders", "sending soldiers", "No troops", "a full member"} & phrases


def test_a_surname_alone_is_of_whom_the_text_names_in_full_before_or_after() -> None:
    text = "Soto spoke first. Ana Soto of Chile then met Bashar al-Assad. Mr. Assad smiled."
    found, _ = read(text, {"Soto": "person", "Ana Soto": "person", "Bashar al-Assad": "person"})
    chains = {m.text: m.chain.rpartition("/")[2] for m in found if m.kind == "person"}
    assert chains["Soto"] == chains["Ana Soto"] == "person:Ana Soto"
    assert chains["Bashar al-Assad"] == chains["Assad"] == "person:Bashar al-Assad"


def test_a_family_name_that_stands_first_is_no_place() -> None:
    text = "Mr Pak Ui Chun held talks in Oslo. Pak left on Monday."
    found, _ = read(text, {"Pak Ui Chun": "person"})
    later = [m for m in found if m.span.start > 30 and m.text == "Pak"]
    assert {m.chain.rpartition("/")[2] for m in later} == {"person:Pak Ui Chun"}


def test_a_party_that_is_a_known_surname_is_a_person() -> None:
    text = "Trump said on Tuesday that the fight was a shame."
    _, cast = read(text, parties=("Trump",))
    assert {(p.kind, p.country) for p in cast.participants if p.text == "Trump"} == {("person", "USA")}


def test_what_leads_to_a_party_is_no_part_of_it() -> None:
    for text, party, rest in (
        ("The strike hit houses, including mosques of the town.", "including mosques", "mosques"),
        ("Sometimes President Ruiz speaks of peace.", "Sometimes President Ruiz", "President Ruiz"),
        ("Neither Ruiz nor Soto left.", "Neither Ruiz", "Ruiz"),
    ):
        _, cast = read(text, parties=(party,))
        assert {p.text for p in cast.participants if p.text.endswith(rest)} == {rest}


def test_a_verb_taken_for_a_noun_is_no_part_of_the_state_behind_it() -> None:
    _, cast = read("But the deployment endangers China and Russia.", {"China": "place", "Russia": "place"})
    assert {p.text for p in cast.participants} == {"China", "Russia"}


def test_an_office_of_an_owner_is_not_that_of_who_is_named_behind() -> None:
    text = "A deputy from Prime Minister Ana Soto's Reform party, Rosa Diaz, said that the minister was right."
    found, _ = read(text, {"Ana Soto": "person", "Rosa Diaz": "person"})
    chains = {m.text: m.chain.rpartition("/")[2] for m in found if m.kind in ("person", "phrase")}
    assert chains["Rosa Diaz"] == "person:Rosa Diaz"
    assert not any("Reform" in words for words, chain in chains.items() if chain == "person:Rosa Diaz")
