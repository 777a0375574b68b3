"""Spellings: how pages write their labels and the lines around a release, in several languages, as data."""

from __future__ import annotations

__all__ = [
    "END_HEADINGS",
    "END_OPENINGS",
    "LABELS",
    "LISTING_HEADINGS",
    "NOISE_OPENINGS",
    "PROMPTS",
    "SECTIONS",
    "SITE_NOUNS",
    "SITE_WORDS",
    "STRONG",
]


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split("|"))


LABELS = {
    "published": _names(
        """
        publishing date | publication date | published | published on | date published | date of
        publication | posted | posted on | originally published | first published | release date |
        date released | data e publikimit | publikuar më | дата публикации |
        опубликовано | дата публікації | опубліковано | datum objavljivanja | datum objave | objavljeno |
        датум објављивања | датум објаве | објављено | датум на објавување | veröffentlichungsdatum |
        veröffentlicht am | date de publication | publié le | data di pubblicazione | fecha de publicación
        | data publicării | yayın tarihi
        """
    ),
    "date": _names(
        """
        date | date of issue | issued | issued on | data | дата | datum | датум | fecha | tarix | tarih |
        sana | күнү | күні
        """
    ),
    "place": _names(
        """
        place | place of issue | issued in | city | vendi | место | місце | mjesto | mesto | место
        издавања | ort | lieu | luogo | lugar | locul | yer | joy
        """
    ),
    "source": _names(
        """
        source | sources | issued by | issuer | where we are | who we are | structure | structures |
        institution | office | our teams | burimi | burimet | ku jemi | источник | источники | где мы |
        где мы работаем | джерело | джерела | де ми | де ми працюємо | izvor | izvori | gde smo | gdje smo
        | gde radimo | gdje radimo | извор | извори | где смо | где радимо | каде сме | quelle | wo wir
        sind | herausgeber | fonte | fuente | où nous sommes | sursa | kaynak | mənbə | manba
        """
    ),
    "field": _names(
        """
        fields of work | field of work | what we do | our work | topic | topics | theme | themes | subject
        | subjects | areas of work | area of work | issues | fushat e punës | fusha e punës | fushat e
        veprimtarisë | çfarë bëjmë | cfarë bëjmë | ç'bëjmë | tema | temat | направления деятельности |
        направление деятельности | сферы деятельности | сфера деятельности | области деятельности |
        направления работы | чем мы занимаемся | что мы делаем | темы | тема | напрями діяльності | напрям
        діяльності | напрямки діяльності | сфери діяльності | сфера діяльності | напрями роботи | чим ми
        займаємося | що ми робимо | теми | oblasti rada | oblast rada | područja rada | područje rada |
        oblasti delovanja | oblasti djelovanja | čime se bavimo | šta radimo | što radimo | teme | области
        рада | област рада | подручја рада | чиме се бавимо | шта радимо | теме | области на работа | што
        правиме | arbeitsbereiche | arbeitsbereich | arbeitsfelder | tätigkeitsbereiche | was wir tun |
        themen | thema | domaines d'activité | ce que nous faisons | settori di attività | ámbitos de
        trabajo | domenii de activitate
        """
    ),
    "type": _names(
        """
        content type | type | document type | type of content | category | lloji | lloji i përmbajtjes |
        тип материала | тип содержания | тип | тип контенту | тип матеріалу | vrsta sadržaja | tip
        sadržaja | vrsta | врста садржаја | тип садржаја | врста | вид содржина | inhaltstyp | art des
        inhalts | type de contenu | tipo di contenuto | tipo de contenido
        """
    ),
    "country": _names(
        """
        location | locations | country | countries | vendndodhja | vendndodhjet | shteti | shtetet |
        местоположение | страна | страны | місцезнаходження | країна | країни | lokacija | lokacije |
        zemlja | zemlje | država | države | локација | локације | земља | земље | локации | земја | земји
        | land | länder | pays | paese | paesi | país | países
        """
    ),
    "title": _names(
        """
        title | headline | heading | titulli | заголовок | название | назва | naslov | наслов | titel |
        titre | titolo
        """
    ),
    "url": _names(
        """
        url | source url | address | link | permalink | web address | original | original address |
        retrieved from | web | link to this page | this page | source address | original page | saved from
        """
    ),
    "language": _names(
        """
        language | languages | gjuha | язык | мова | jezik | језик | јазик | sprache | langue
        """
    ),
    # Labels whose values are no part of the record, but of no body either.
    "other": _names(
        """
        updated | last updated | modified | last modified | share | author | contact | tags | reference |
        document number | no | journal
        """
    ),
}
"""What a label is called, without its colon, in small letters, by what it means."""

STRONG = frozenset({"published", "source", "field", "type", "country"})
"""Labels that a release's own text hardly has: what, when and where of an invitation are not among them."""

SECTIONS = frozenset(
    _names(
        """
        newsroom | press room | news | news room | press releases | press release archive | latest news |
        all news | redaksia e lajmeve | lajme | njoftime për shtyp | пресс-центр | пресс-служба | новости
        | отдел новостей | прес-центр | новини | redakcija | novosti | vesti | vijesti | saopštenja za
        javnost | saopštenja | вести | редакција | саопштења | newsroom home | presse | nachrichten |
        salle de presse | home | you are here | skip links | our work | print | back | osce | organization
        for security and co-operation in europe | organization for security and cooperation in europe |
        osce - organization for security and co-operation in europe | skip to main content | skip to
        content | skip navigation | no comments | 0 comments | leave a comment | add comment | comments off | text
        | full text | body | body text
        """
    )
)
"""Lines above a title that name a part of the site."""

SITE_NOUNS = frozenset(
    _names(
        "newsletter | archive | archives | bulletin | newsroom | homepage | website | news | press | releases"
    )
)
"""Words one of which a line has that names a part of a site and is no entry of SECTIONS."""

SITE_WORDS = SITE_NOUNS | frozenset(
    _names(
        """
        the | of | and | for | osce | odihr | official | online | latest | recent | all | our | index | list |
        service | services | office | page | web | site | monthly | weekly | daily | statements | information |
        media | centre | center | room | public | section | department
        """
    )
)
"""Words of which such a line consists."""

LISTING_HEADINGS = frozenset(
    _names(
        """
        news and press releases | press releases | press releases and statements | news and statements |
        newsroom | news | latest news | latest press releases | all press releases | press statements |
        search results | lajme dhe njoftime për shtyp | новости и пресс-релизы | новини та прес-релізи |
        vesti i saopštenja | вести и саопштења | press statements of the osce representative on freedom of
        the media | archive | press release archive
        """
    )
)
"""Headings of pages that list releases."""

END_HEADINGS = frozenset(
    _names(
        """
        related stories | related story | related news | related content | related links | related
        documents | related articles | related items | related | see also | read more | read also | more
        from the newsroom | more news | more stories | more on this topic | more | more information | you
        may also like | you might also like | you may also be interested in | recommended | latest news |
        latest stories | latest | most read | other news | further reading | contacts | contact | media
        contacts | media contact | press contact | press contacts | contact information | for further
        information | further information | share | share this | share this page | share this story |
        follow us | stay connected | downloads | download | attachments | documents | links | useful links
        | tags | our teams | our work | our challenge | our action | topics | filed under | photo details
        | photos | multimedia | gallery | newsletter | subscribe | comments | footer | categories |
        kontakt | kontakti | kontaktet | контакты | контакти | контактная информация | контактна
        інформація | të ngjashme | lajme të ngjashme | lexoni gjithashtu | më shumë | shpërndaje | по теме
        | читайте также | смотрите также | похожие материалы | другие новости | поделиться | читайте також
        | дивіться також | схожі матеріали | інші новини | поділитися | povezano | povezane vesti |
        povezane vijesti | pročitajte još | pročitajte i | vidi još | podelite | podijelite | повезано |
        повезане вести | прочитајте још | поделите | поврзано | прочитајте повеќе | kontakte | siehe auch
        | mehr zum thema | voir aussi | sdgs | sustainable development goals
        | references | external links | sources
        """
    )
)
"""Lines, standing alone, after which nothing belongs to the release."""

PROMPTS = frozenset(
    _names(
        """
        read more | read on | more | continue reading | continue | show more | show all | full text | read full text |
        share | share this | share this page | share this story | share on facebook | share on twitter | tweet | print
        | print this page | download | download pdf | listen | listen to this page | send | e-mail this | email this |
        subscribe | mehr lesen | weiterlesen | mehr | teilen | drucken | lire la suite | partager | imprimer | leggi
        tutto | condividi | leer más | compartir | читать далее | читать полностью | подробнее | далее | поделиться |
        печать | читати далі | докладніше | поділитися | друк | pročitajte više | opširnije | više | podeli | podelite
        | podijeli | štampaj | прочитајте више | опширније | више | подели | штампај | прочитај повеќе | повеќе |
        lexo më shumë | më shumë | shpërndaje | devamını oku | paylaş | citește mai mult | distribuie
        """
    )
)
"""Lines that invite to read on, to share or to print, and may stand amid the text."""

END_OPENINGS = _names(
    """
    for further information, please contact | for further information please contact | for more information, please
    contact | for more information please contact | for more details, please contact | for more details please
    contact | for further details, please contact | for further information contact | for more information contact
    | for media enquiries | for media inquiries | for interviews, please contact | for interview requests | media
    enquiries: | for pdf attachments | for further information on this | contacts: | contact: | media contacts: |
    media contact: | press contact: | press contacts: | contact information: | this message was sent by | this
    message was sent to | this e-mail was sent | this email was sent | this mail was sent | you are receiving | you
    receive this | you receive these | you received this | you have received this | to stop these | to stop
    receiving | if you no longer wish | if you do not wish | to be removed from | to unsubscribe | unsubscribe |
    follow us on | share this | back to top | back to the list | related stories | related links: | source url: |
    permalink: | categories: | tags: | filed under: | sdgs sdgs: | all rights reserved | copyright © | © | (c) osce
    | terms of use | privacy policy | cookie settings | print this page | për më shumë informacion, ju lutemi
    kontaktoni | për informacione të mëtejshme | për më tepër informacion | për informacion të mëtejshëm | për më
    shumë informacion | за дополнительной информацией | для получения дополнительной информации | дополнительную
    информацию можно получить | дополнительная информация: | контакты: | контактная информация: | за додатковою
    інформацією | для отримання додаткової інформації | додаткова інформація: | контакти: | za dodatne informacije
    | za više informacija | za sve dodatne informacije | dodatne informacije: | kontakt: | kontakti: | за додатне
    информације | за више информација | за повеќе информации | контакт: | für weitere informationen | weitere
    informationen: | pour de plus amples informations | pour plus d'informations | we use cookies | this site uses
    cookies | this website uses cookies | by continuing to use | share: | share on | tweet | send to a friend |
    ///OSCE | /// | this page is an invented sample | invented sample page | ________
    """
)
"""How a line begins after which nothing belongs to the release."""

NOISE_OPENINGS = _names(
    """
    email not displaying correctly | e-mail not displaying correctly | view it in your browser | view in browser
    | view this e-mail in your browser | view this email in your browser | having trouble viewing
    | previous message: | next message: | messages sorted by: | previous in thread: | next in thread:
    | if you cannot see this | facebooktwitter | facebook twitter | twitterfacebook | sample page of osce-search
    | photo details | read also: | also read: | see also: | read more: | read more at | more on this:
    | more on the topic: | related: | rate this: | rating: | rate this item
    | оценить: | оцените: | оцінити: | читайте также: | читайте також: | смотрите также: | pročitajte još:
    | pročitajte i: | прочитајте још: | lexoni gjithashtu: | lesen sie auch:
    """
)
"""How a line begins that belongs to what carries the release, wherever it stands."""
