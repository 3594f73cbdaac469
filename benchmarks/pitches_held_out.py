"""Templates of pitches that nobody looked at while the method was made: for measuring once, never for choosing.

Written after the method was settled; all invented. Slots as in `benchmarks.pitches_texts`.
"""

from __future__ import annotations

HELD_OUT: dict[str, tuple[str, ...]] = {
    "en": (
        "Hello {name}, congratulations on everything you have built at {company}. Our studio turns founders into "
        "authors: we interview you for ten hours, write the whole manuscript and print {n} copies for your clients. "
        "Three places are left this quarter, so shall I pencil you in for an introduction?",
        "Hi {name}, does {company} still sign paper contracts? With our signature tool teams close deals {n} days "
        "sooner, and legal can see every version in one folder. I could set up a trial account today; it takes no "
        "card and no installation, just tell me which address to send the invitation to.",
        "Good morning {name}, winter is when roofs fail. Our drones photograph commercial buildings from above and "
        "mark each crack with its cost of repair. Owners near {company} saved {n} thousand on average last season. "
        "Would Tuesday or Thursday suit you for a demonstration on site?",
    ),
    "de": (
        "Sehr geehrte Frau {name}, unsere Spedition fährt jede Nacht zwischen Hamburg und Mailand und hat noch {n} "
        "Stellplätze frei. Für {company} könnten wir feste Zeitfenster reservieren, ohne Mindestmenge und mit "
        "Sendungsverfolgung. Darf unsere Disposition Ihnen dazu ein Angebot schicken?",
        "Moin {name}, Betriebsfeiern müssen nicht langweilig sein: Wir bringen eine mobile Töpferei in Ihr Büro, und "
        "nach {n} Minuten hat jeder seine eigene Tasse gedreht. Die fertigen Stücke liefern wir gebrannt zurück. Wie "
        "viele Kolleginnen wären bei {company} denn dabei?",
    ),
    "fr": (
        "Bonjour {name}, notre atelier restaure les fauteuils de bureau usagés plutôt que de les jeter. Chez un client "
        "comparable à {company}, nous avons sauvé {n} sièges en une semaine, livraison comprise. Puis-je passer "
        "prendre quelques photos et vous remettre un devis gratuit ?",
        "Madame, Monsieur {name}, la réglementation sur l'affichage environnemental change au printemps. Notre logiciel "
        "calcule l'empreinte de chaque article en {n} secondes et produit les étiquettes obligatoires. Souhaitez-vous "
        "assister à notre présentation en ligne de jeudi prochain ?",
    ),
    "es": (
        "Buenos días {name}, somos un vivero que alquila plantas para oficinas y se ocupa del riego cada semana. "
        "Instalamos ya {n} jardines interiores cerca de {company} y los empleados lo agradecen mucho. ¿Le parece bien "
        "que un paisajista visite sus instalaciones sin ningún coste?",
        "Hola {name}, ¿cuánto tarda tu tienda en responder un correo? Nuestro asistente contesta de madrugada, aprende "
        "del catálogo y pasa a una persona los casos difíciles. En {company} podríais ahorrar {n} horas al mes; te "
        "preparo una prueba con vuestros propios textos si quieres.",
    ),
    "pt": (
        "Boa tarde {name}, a nossa cooperativa de café torra grãos de pequenos produtores e entrega no escritório todas "
        "as segundas-feiras. Empresas como a {company} recebem {n} quilos com máquina emprestada e manutenção incluída. "
        "Quer que eu leve uma amostra na próxima visita?",
    ),
    "it": (
        "Salve {name}, traduciamo manuali tecnici in quaranta lingue con revisori madrelingua che conoscono i macchinari. "
        "Per un costruttore simile a {company} abbiamo consegnato {n} pagine in dieci giorni senza una contestazione. "
        "Posso inviarle un estratto tradotto gratuitamente per valutare la qualità?",
    ),
    "nl": (
        "Dag {name}, onze fietskoeriers bezorgen pakketten in de binnenstad binnen een uur, ook als de straten zijn "
        "afgesloten. Winkels rond {company} verstuurden vorige maand {n} dozen met ons zonder een enkele klacht. Zal ik "
        "een proefrit voor jullie magazijn inplannen?",
    ),
    "pl": (
        "Witam {name}, prowadzimy szkolenia z pierwszej pomocy prosto w biurze, z ratownikami, którzy na co dzień jeżdżą "
        "w karetkach. Po kursie każdy z {n} uczestników dostaje certyfikat ważny dwa lata. Czy firma {company} myślała "
        "już o terminie przed wakacjami?",
    ),
    "sv": (
        "God dag {name}, vi hyr ut ljudisolerade mötesbås som monteras på en förmiddag och flyttas lika lätt. Kontor i "
        "samma storlek som {company} brukar behöva {n} stycken för att slippa kön till konferensrummen. Vill ni låna ett "
        "under två veckor utan avgift?",
    ),
    "da": (
        "Kære {name}, vores bureau laver korte film om virksomheders hverdag, så ansøgere kan se arbejdspladsen før "
        "samtalen. Hos en kunde på størrelse med {company} kom der {n} procent flere ansøgninger på en måned. Må jeg "
        "sende dig to eksempler at kigge på?",
    ),
    "tr": (
        "İyi günler {name}, fabrikamız geri dönüştürülmüş kartondan sergi standı üretiyor ve kurulumu iki kişiyle yarım "
        "saatte bitiyor. {company} için fuardan önce {n} parçalık bir set hazırlayabiliriz. Ölçülerinizi yazarsanız çizimi "
        "ücretsiz olarak gönderirim.",
    ),
    "ru": (
        "Здравствуйте, {name}! Мы обслуживаем кофемашины и кулеры в офисах, приезжаем в день обращения и привозим свои "
        "запчасти. Рядом с {company} у нас уже {n} клиентов, поэтому мастер будет у вас за полчаса. Когда удобно провести "
        "бесплатную диагностику оборудования?",
    ),
    "zh": (
        "您好{name}，我们是一家专门为展会设计展台的工作室，从图纸到搭建只需要两周时间。去年我们为类似{company}的企业完成了{n}个"
        "项目，客户都非常满意。如果您今年有参展计划，我可以先免费为您画一份效果图供参考。",
    ),
    "ja": (
        "{name}様、突然のご連絡失礼いたします。弊社は工場の夜間清掃を専門としており、{company}様と同じ規模の施設を{n}か所担当して"
        "おります。作業後は写真付きの報告書をお届けしますので、管理の手間がかかりません。一度お見積もりをお送りしてもよろしいでしょうか。",
    ),
    "ar": (
        "السلام عليكم {name}، نحن شركة متخصصة في تركيب مظلات السيارات وألواح الظل للمباني التجارية، وقد نفذنا {n} مشروعا "
        "بالقرب من {company} خلال هذا العام. نقدم ضمانا لعشر سنوات وزيارة مجانية لأخذ القياسات، فما هو الوقت المناسب لكم؟",
    ),
}
