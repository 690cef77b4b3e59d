"""The reading guide in the workbook: what each column means, in plain Dutch."""

GUIDE = {
    "EAN-code": (
        "Het toegangspunt van de deelnemer. Een digitale meter heeft één EAN-code voor"
        " afname en injectie, een AMR-meter heeft er één per richting."
    ),
    "Afname": "Energie die de deelnemer van het net neemt.",
    "Injectie": "Energie die de deelnemer op het net zet.",
    "Gemeten": "Wat de meter in dat kwartier registreerde, in kWh.",
    "Beschikbaar": (
        "Het deel dat de sleutel aan de deelnemer aanbood, voor de begrenzing op wat"
        " hij in dat kwartier afnam. Staat alleen in het CSV-bestand."
    ),
    "Gedeeld": (
        "Het deel dat met de gemeenschap gedeeld is. Nooit meer dan gemeten. In elk"
        " kwartier is de gedeelde afname gelijk aan de gedeelde injectie."
    ),
    "Gecorrigeerd": "Gemeten min gedeeld: wat voor de leverancier overblijft.",
    "Waarvan dag, waarvan nacht": (
        "Het gecorrigeerde volume op weekdagen van 7 tot 22 uur, en het overige."
    ),
    "Sleutel (%)": "Het aandeel van de deelnemer volgens de sleutel.",
    "Van, tot": "Tot hoort er niet meer bij: het is waar het volgende begint.",
    "Sleuteltype": (
        "Vast: één verdeling. Relatief: wat overblijft wordt nog één keer verdeeld."
        " Optimaal: er wordt verdeeld tot niets meer past."
    ),
    "Afronding": (
        "Elk volume is een geheel aantal wattuur, geschreven in kWh met 3 decimalen."
        " Sommen zijn daardoor exact."
    ),
    "Tijd": (
        "Van (lokaal) is de Belgische tijd, Van (UTC) is eenduidig. De dag waarop de"
        " zomertijd begint telt 92 kwartieren, de dag waarop ze eindigt 100."
    ),
    "Status": (
        "Uitgelezen: door de meter geregistreerd. Gevalideerd: achteraf nagekeken."
        " Geschat: berekend, de uitlezing ontbrak. Geen verbruik: geen volume."
    ),
    "Versie": (
        "Een hogere versie vervangt de vorige helemaal. Het blad Wijzigingen toont per"
        " dag wat er anders is."
    ),
    "Vragen": "Bel 078 35 35 34.",
}
