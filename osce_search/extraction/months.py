"""Months: the names of the months as releases print them, by language."""

from __future__ import annotations

__all__ = ["MONTHS", "month_number"]

# One line a language, twelve groups a line; within a group, forms that differ by case or spelling.
_TABLE = {
    "en": "January Jan|February Feb|March Mar|April Apr|May|June Jun|July Jul|August Aug|September Sept Sep|"
    "October Oct|November Nov|December Dec",
    "sq": "janar|shkurt|mars|prill|maj|qershor|korrik|gusht|shtator|tetor|nëntor nentor|dhjetor",
    "ru": "января январь янв|февраля февраль фев|марта март|апреля апрель апр|мая май|июня июнь|июля июль|"
    "августа август авг|сентября сентябрь сент|октября октябрь окт|ноября ноябрь нояб|декабря декабрь дек",
    "uk": "січня січень|лютого лютий|березня березень|квітня квітень|травня травень|червня червень|"
    "липня липень|серпня серпень|вересня вересень|жовтня жовтень|листопада листопад|грудня грудень",
    "be": "студзеня|лютага|сакавіка|красавіка|мая|чэрвеня|ліпеня|жніўня|верасня|кастрычніка|лістапада|снежня",
    "sr-Latn": "januar januara|februar februara|mart marta|april aprila|maj maja|jun juna juni|jul jula juli|"
    "avgust avgusta august augusta|septembar septembra|oktobar oktobra|novembar novembra|decembar decembra",
    "sr-Cyrl": "јануар јануара|фебруар фебруара|март марта|април априла|мај маја|јун јуна|јул јула|"
    "август августа|септембар септембра|октобар октобра|новембар новембра|децембар децембра",
    "hr": "siječanj siječnja sijecnja|veljača veljače veljace|ožujak ožujka ozujka|travanj travnja|"
    "svibanj svibnja|lipanj lipnja|srpanj srpnja|kolovoz kolovoza|rujan rujna|listopad listopada|"
    "studeni studenoga studenog|prosinac prosinca",
    "sl": "januarja|februarja|marca|aprila|maja|junija|julija|avgusta|septembra|oktobra|novembra|decembra",
    "mk": "јануари|февруари|март|април|мај|јуни|јули|август|септември|октомври|ноември|декември",
    "bg": "януари|февруари|март|април|май|юни|юли|август|септември|октомври|ноември|декември",
    "de": "Januar Jänner|Februar Feber|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
    "fr": "janvier|février fevrier|mars|avril|mai|juin|juillet|août aout|septembre|octobre|novembre|"
    "décembre decembre",
    "it": "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre",
    "es": "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre setiembre|octubre|noviembre|diciembre",
    "pt": "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
    "ro": "ianuarie|februarie|martie|aprilie|mai|iunie|iulie|august|septembrie|octombrie|noiembrie|decembrie",
    "tr": "Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık",
    "az": "yanvar|fevral|mart|aprel|may|iyun|iyul|avqust|sentyabr|oktyabr|noyabr|dekabr",
    "uz": "yanvar|fevral|mart|aprel|may|iyun|iyul|avgust|sentabr|oktabr|noyabr|dekabr",
    "ka": "იანვარი იანვარს|თებერვალი თებერვალს|მარტი მარტს|აპრილი აპრილს|მაისი მაისს|ივნისი ივნისს|"
    "ივლისი ივლისს|აგვისტო აგვისტოს|სექტემბერი სექტემბერს|ოქტომბერი ოქტომბერს|ნოემბერი ნოემბერს|"
    "დეკემბერი დეკემბერს",
    "hy": "հունվարի|փետրվարի|մարտի|ապրիլի|մայիսի|հունիսի|հուլիսի|օգոստոսի|սեպտեմբերի|հոկտեմբերի|նոյեմբերի|"
    "դեկտեմբերի",
    "pl": "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia",
    "nl": "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
}


def _key(name: str) -> str:
    # Turkish has an i without and one with a dot, in small letters and capitals: here they are one.
    return name.casefold().replace("ı", "i").replace("\u0307", "")


# A few words name different months in different languages (Croatian and Polish "listopad", Croatian and
# Ukrainian too): the earlier language of the table wins, and the others are asked for by language.
_BY_LANGUAGE = {
    language: {
        _key(form): number for number, forms in enumerate(line.split("|"), start=1) for form in forms.split()
    }
    for language, line in _TABLE.items()
}


MONTHS: dict[str, int] = {}
"""Every form, casefolded, with its month from 1 to 12."""
for _forms in _BY_LANGUAGE.values():
    for _form, _number in _forms.items():
        MONTHS.setdefault(_form, _number)


def month_number(name: str, language: str | None = None) -> int | None:
    """The month from 1 to 12 that a name means, in a language where that is known.

    >>> month_number("listopada"), month_number("listopada", "pl"), month_number("Tetor")
    (10, 11, 10)
    """
    name = _key(name)
    if language:
        for key, forms in _BY_LANGUAGE.items():
            if key.partition("-")[0] == language and name in forms:
                return forms[name]
    return MONTHS.get(name)
