"""What is prescribed and what is vaccinated against, in our own small selection."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine as it stands on a prescription."""

    name: str
    strength: str
    dosage: str
    payment_level: str
    packages: int


CHRONIC: Final = (
    Medicine(
        "Levothyroxinum natricum",
        "50 mikrogramów, tabletki, 50 szt.",
        "1 tabletka rano na czczo, 30 minut przed śniadaniem, popić szklanką wody",
        "R",
        2,
    ),
    Medicine(
        "Metformini hydrochloridum",
        "1000 mg, tabletki o przedłużonym uwalnianiu, 60 szt.",
        "1 tabletka rano i 1 wieczorem, w trakcie posiłku, przez cały czas",
        "R",
        6,
    ),
    Medicine(
        "Ramiprilum",
        "5 mg, tabletki, 28 szt.",
        "1 tabletka raz dziennie rano; mierzyć ciśnienie dwa razy w tygodniu",
        "R",
        3,
    ),
    Medicine(
        "Atorvastatinum",
        "20 mg, tabletki powlekane, 30 szt.",
        "1 tabletka wieczorem; kontrola lipidogramu za trzy miesiące",
        "30%",
        3,
    ),
    Medicine(
        "Bisoprololi fumaras",
        "2,5 mg, tabletki powlekane, 60 szt.",
        "1 tabletka rano; nie przerywać leczenia bez porozumienia z lekarzem",
        "R",
        2,
    ),
    Medicine("Amlodipinum", "5 mg, tabletki, 30 szt.", "1 tabletka raz dziennie o stałej porze", "30%", 3),
    Medicine(
        "Pantoprazolum",
        "20 mg, tabletki dojelitowe, 28 szt.",
        "1 tabletka na pół godziny przed śniadaniem, połknąć w całości",
        "50%",
        2,
    ),
    Medicine(
        "Acidum acetylsalicylicum", "75 mg, tabletki dojelitowe, 60 szt.", "1 tabletka dziennie po posiłku", "100%", 2
    ),
    Medicine(
        "Formoterolum + Budesonidum",
        "4,5 + 160 mikrogramów/dawkę, proszek do inhalacji, 120 dawek",
        "1 wdech rano i 1 wieczorem; po inhalacji wypłukać usta wodą",
        "R",
        3,
    ),
    Medicine(
        "Insulinum glarginum",
        "100 j./ml, roztwór do wstrzykiwań, 5 wkładów po 3 ml",
        "16 jednostek podskórnie o godzinie 22:00; dawkę zmieniać według dzienniczka",
        "R",
        4,
    ),
    Medicine(
        "Indapamidum",
        "1,5 mg, tabletki o przedłużonym uwalnianiu, 30 szt.",
        "1 tabletka rano, połknąć bez rozgryzania",
        "30%",
        3,
    ),
    Medicine(
        "Sertralinum",
        "50 mg, tabletki powlekane, 28 szt.",
        "1 tabletka rano; pierwsze efekty po dwóch, trzech tygodniach",
        "30%",
        2,
    ),
)
ACUTE: Final = (
    Medicine(
        "Amoxicillinum + Acidum clavulanicum",
        "875 + 125 mg, tabletki powlekane, 14 szt.",
        "1 tabletka co 12 godzin na początku posiłku, przez 7 dni; dokończyć całe opakowanie",
        "50%",
        1,
    ),
    Medicine(
        "Ibuprofenum",
        "400 mg, tabletki powlekane, 20 szt.",
        "1 tabletka do trzech razy na dobę po jedzeniu, najwyżej przez 5 dni",
        "100%",
        1,
    ),
    Medicine(
        "Cetirizini dihydrochloridum",
        "10 mg, tabletki powlekane, 20 szt.",
        "1 tabletka wieczorem w okresie pylenia",
        "30%",
        2,
    ),
    Medicine(
        "Furazidinum",
        "50 mg, tabletki, 30 szt.",
        "2 tabletki trzy razy dziennie przez 7 dni, podczas posiłku bogatego w białko",
        "100%",
        1,
    ),
    Medicine(
        "Ketoprofenum",
        "100 mg, tabletki powlekane, 30 szt.",
        "1 tabletka do dwóch razy na dobę po posiłku, razem z lekiem osłonowym",
        "50%",
        1,
    ),
    Medicine(
        "Azithromycinum",
        "500 mg, tabletki powlekane, 3 szt.",
        "1 tabletka raz dziennie przez 3 dni, godzinę przed posiłkiem lub dwie po nim",
        "50%",
        1,
    ),
    Medicine(
        "Mometasoni furoas",
        "50 mikrogramów/dawkę, aerozol do nosa, 140 dawek",
        "2 dawki do każdego otworu nosowego raz dziennie",
        "30%",
        1,
    ),
    Medicine(
        "Drotaverini hydrochloridum",
        "40 mg, tabletki, 20 szt.",
        "1 tabletka doraźnie w razie bólu, nie więcej niż 4 na dobę",
        "100%",
        1,
    ),
)
CHILDREN: Final = (
    Medicine(
        "Amoxicillinum",
        "500 mg/5 ml, granulat do sporządzania zawiesiny doustnej, 100 ml",
        "5 ml co 12 godzin przez 7 dni; wstrząsnąć przed użyciem, przechowywać w lodówce",
        "50%",
        1,
    ),
    Medicine(
        "Ibuprofenum",
        "40 mg/ml, zawiesina doustna, 100 ml",
        "według masy ciała, przy gorączce powyżej 38,5°C, nie częściej niż co 6 godzin",
        "100%",
        1,
    ),
    Medicine("Cholecalciferolum", "1000 j.m., kapsułki twist-off, 30 szt.", "1 kapsułka dziennie", "100%", 3),
    Medicine(
        "Salbutamolum",
        "100 mikrogramów/dawkę, aerozol inhalacyjny, 200 dawek",
        "1–2 wdechy przez komorę inhalacyjną w razie duszności",
        "R",
        1,
    ),
    Medicine(
        "Fluticasoni propionas",
        "50 mikrogramów/dawkę, aerozol inhalacyjny, 120 dawek",
        "1 wdech rano i wieczorem przez komorę; po podaniu przepłukać usta",
        "R",
        2,
    ),
    Medicine("Desloratadinum", "0,5 mg/ml, roztwór doustny, 150 ml", "2,5 ml raz dziennie wieczorem", "30%", 1),
)


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose of the children's schedule: given from ``day`` of life on, within ``spread`` days."""

    disease: str
    number: int
    product: str
    day: int
    spread: int


SCHEDULE: Final = (
    Dose("HBV", 1, "Szczepionka przeciw WZW typu B, zawiesina", 0, 1),
    Dose("TB", 1, "Szczepionka przeciwgruźlicza BCG", 0, 3),
    Dose("DTP", 1, "Szczepionka DTPa, zawiesina do wstrzykiwań", 45, 14),
    Dose("HIB", 1, "Szczepionka przeciw Haemophilus influenzae typu b", 45, 14),
    Dose("HBV", 2, "Szczepionka przeciw WZW typu B, zawiesina", 46, 14),
    Dose("PCV", 1, "Szczepionka przeciw pneumokokom, skoniugowana", 47, 14),
    Dose("ROTA", 1, "Szczepionka przeciw rotawirusom, doustna", 48, 14),
    Dose("DTP", 2, "Szczepionka DTPa, zawiesina do wstrzykiwań", 100, 20),
    Dose("IPV", 1, "Szczepionka przeciw poliomyelitis, inaktywowana", 100, 20),
    Dose("PCV", 2, "Szczepionka przeciw pneumokokom, skoniugowana", 102, 20),
    Dose("DTP", 3, "Szczepionka DTPa, zawiesina do wstrzykiwań", 160, 25),
    Dose("HBV", 3, "Szczepionka przeciw WZW typu B, zawiesina", 215, 30),
    Dose("MMR", 1, "Szczepionka przeciw odrze, śwince i różyczce, żywa", 400, 50),
    Dose("PCV", 3, "Szczepionka przeciw pneumokokom, skoniugowana", 405, 50),
    Dose("DTP", 4, "Szczepionka DTPa, zawiesina do wstrzykiwań", 500, 45),
    Dose("MMR", 2, "Szczepionka przeciw odrze, śwince i różyczce, żywa", 2192, 300),
    Dose("DTP", 5, "Szczepionka DTPa, zawiesina do wstrzykiwań", 2200, 300),
    Dose("DTP", 6, "Szczepionka Tdap, zawiesina do wstrzykiwań", 5114, 300),
)
HPV_PRODUCT: Final = "Szczepionka przeciw HPV, 9-walentna, rekombinowana"
